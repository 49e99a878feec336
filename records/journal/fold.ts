import type { Grade, Layer } from '../attempt.ts'
import type { FoldKey } from '../block-ref.ts'
import { ATTEMPT_KINDS } from '../attempt.ts'
import type { Attempt } from '../rings/attempt-codec.ts'
import { isBackgroundName } from './background-names.ts'
import type { JournalEntry } from './journal-entry.ts'

/** The person of an attempt by somebody unknown; the share of such attempts is a figure of its own. */
export const UNIDENTIFIED = 'unidentified'

/**
 * Folds attempts: who, host, reason and UTC minute make one fold. Its first attempt becomes an entry at
 * once (somebody may be waiting for the alert); the further ones one closing entry, when the minute is
 * over. One visit shows up as an A, an AAAA and an HTTPS look-up and a connection, so the attempts of
 * a fold are the highest of its counts per kind:
 *
 *     a 3, aaaa 3, https 1, connection 2   ->   3 attempts: entry 1 + closing entry 2
 *
 * Pure: time comes in, entries go out; `ref` and `seal` are keyed hashes, handed in.
 */
export class Folds {
  readonly #site: string
  readonly #ref: (key: FoldKey) => string
  readonly #seal: (host: string) => string
  /** By minute, so that closing a minute touches nothing else. */
  readonly #minutes = new Map<number, Map<string, OpenFold>>()
  #open = 0

  constructor(
    site: string,
    { ref, seal }: { ref: (key: FoldKey) => string; seal: (host: string) => string },
  ) {
    this.#site = site
    this.#ref = ref
    this.#seal = seal
  }

  /** The attempt's fold; `isNew` tells whether its `first` entry is to be written now. */
  take(attempt: Attempt): { readonly fold: OpenFold; readonly isNew: boolean } {
    const minute = Math.floor(attempt.at / MINUTE_MS)
    const folds = this.#foldsOf(minute)
    const key = keyOf(attempt)
    const known = folds.get(key)
    if (known !== undefined) {
      known.add(attempt)
      return { fold: known, isNew: false }
    }
    const fold = new OpenFold(attempt, this.#firstEntry(attempt, minute))
    folds.set(key, fold)
    this.#open += 1
    return { fold, isNew: true }
  }

  /** Forgets a fold whose first entry could not be kept: its next attempt begins anew. */
  drop(attempt: Attempt): void {
    if (this.#minutes.get(Math.floor(attempt.at / MINUTE_MS))?.delete(keyOf(attempt)) === true)
      this.#open -= 1
  }

  /** Takes out the folds whose minute is over at `now`, and the oldest of too many. */
  takeDue(now: number): readonly OpenFold[] {
    const due: OpenFold[] = []
    for (const [minute, folds] of this.#minutes) {
      if ((minute + 1) * MINUTE_MS + GRACE_MS > now) continue
      this.#minutes.delete(minute)
      this.#open -= folds.size
      for (const fold of folds.values()) due.push(fold)
    }
    if (this.#open > MAX_OPEN_FOLDS) this.#takeOldest(this.#open - MAX_OPEN_FOLDS, due)
    return due
  }

  takeAll(): readonly OpenFold[] {
    return this.takeDue(Infinity)
  }

  #takeOldest(excess: number, into: OpenFold[]): void {
    let left = excess
    for (const folds of this.#minutes.values()) {
      for (const [key, fold] of folds) {
        if (left === 0) return
        folds.delete(key)
        this.#open -= 1
        into.push(fold)
        left -= 1
      }
    }
  }

  #foldsOf(minute: number): Map<string, OpenFold> {
    const known = this.#minutes.get(minute)
    if (known !== undefined) return known
    const folds = new Map<string, OpenFold>()
    this.#minutes.set(minute, folds)
    return folds
  }

  #firstEntry({ subject, ruling, window, kind, layer, host, path, at }: Attempt, minute: number) {
    const { deviceId, address: ip, role, zone } = subject
    const { reasonCode: reason, ...words } = ruling
    // What is sealed must not be found in a journal, a stream or a backup: no name, no path.
    const sealed = reason === 'sealed'
    return {
      at,
      layer,
      grade: gradeOf(kind, host),
      personRef: subject.personRef ?? UNIDENTIFIED,
      role,
      deviceId,
      ip,
      zone,
      window,
      ...words,
      action: kind === 'went_on' ? 'warn_continued' : words.action,
      reasonCode: reason,
      host: sealed ? `sealed:${this.#seal(host)}` : host,
      urlPath: sealed || path === '' ? null : path,
      blockRef: this.#ref({ site: this.#site, who: deviceId ?? ip, host, reason, minute }),
      repeatCount: 1,
    } satisfies JournalEntry
  }
}

const MINUTE_MS = 60_000

/** Rings are drained every 20 ms: what comes later than this after its minute is a fold of its own. */
const GRACE_MS = 2_000

/**
 * Folds held in memory, some 40 MB: a scan of distinct names at 20,000/s runs into it in 5 s. The oldest
 * are closed early then; a later attempt of one counts as a new fold, so no attempt goes missing.
 */
const MAX_OPEN_FOLDS = 100_000

/** A fold whose minute is not over. */
export class OpenFold {
  readonly first: JournalEntry
  /** Number of the first entry; null until it is on disk. */
  firstSeq: number | null = null
  /** Further attempts are noted on disk, so that a kill does not lose them. */
  isNoted = false
  grade: Grade
  layer: Layer
  urlPath: string | null
  lastAt: number
  readonly #counts = ATTEMPT_KINDS.map(() => 0)

  constructor(attempt: Attempt, first: JournalEntry) {
    this.first = first
    this.grade = first.grade
    this.layer = first.layer
    this.urlPath = first.urlPath
    this.lastAt = first.at
    this.#count(attempt)
  }

  add(attempt: Attempt): void {
    this.#count(attempt)
    this.lastAt = Math.max(this.lastAt, attempt.at)
    if (attempt.kind !== 'connection' || this.grade !== 'looked_up') return
    this.grade = 'navigated'
    this.layer = attempt.layer
    if (this.first.reasonCode !== 'sealed' && attempt.path !== '') this.urlPath = attempt.path
  }

  /** Attempts beyond the first. */
  get further(): number {
    return Math.max(...this.#counts) - 1
  }

  /** There is something that the first entry does not say. */
  get hasNews(): boolean {
    return this.further > 0 || this.grade !== this.first.grade
  }

  #count({ kind }: Attempt): void {
    const index = ATTEMPT_KINDS.indexOf(kind)
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
  }
}

/** The entry that ends a fold, or null when its first entry says it all. */
export function closingEntry(fold: OpenFold): JournalEntry | null {
  if (!fold.hasNews) return null
  const { first, grade, layer, urlPath, lastAt: at, further: repeatCount } = fold
  return { ...first, at, grade, layer, urlPath, repeatCount }
}

function gradeOf(kind: Attempt['kind'], host: string): Grade {
  if (isBackgroundName(host)) return 'background'
  return kind === 'connection' || kind === 'went_on' ? 'navigated' : 'looked_up'
}

const APART: Readonly<Partial<Record<Attempt['ruling']['action'], string>>> = {
  observe: '\0observed',
  throttle: '\0slowed',
}

/**
 * NUL is in no id, address, reason or host, so the parts can't run into each other. Going on past a
 * warning is a fold of its own beside the warning's, with the same code to ask about; so is what was only
 * observed, by a device that in the same minute was refused elsewhere.
 */
function keyOf({ subject, ruling, host, kind }: Attempt): string {
  const apart = kind === 'went_on' ? '\0went on' : (APART[ruling.action] ?? '')
  return `${subject.deviceId ?? subject.address}\0${ruling.reasonCode}\0${host}${apart}`
}
