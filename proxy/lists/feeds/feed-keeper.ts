import { NO_CHOICE } from '../../../records/governance/list-choice.ts'
import type { FetchedListPolicy, Policy } from '../../../rules/policy/policy.ts'
import type { ListTrouble } from '../../self-report.ts'
import type { CanaryCopies } from '../../trust/canary-report.ts'
import type { ListChoices } from './feed-sources.ts'
import { copyInForce, released, waitingCopy, type FeedCopy, type FeedState } from './feed-state.ts'
import { FeedStore } from './feed-store.ts'
import type { FeedOutcome } from './update-feed.ts'

/** A list that nobody could fetch for so many of its intervals is said to be old. */
const OLD_INTERVALS = 3
/** An attempt that failed is repeated after a tenth of the interval, at least after ten minutes. */
const RETRY_SHARE = 0.1
const LEAST_RETRY_MS = 10 * 60_000
/** Part of an interval by which each attempt is early or late, so that schools do not ask all at once. */
const JITTER = 0.1

export interface FeedKeeperOptions {
  /** `records.directory`. */
  readonly records: string
  /** One attempt; never rejects. */
  readonly update: (list: FetchedListPolicy) => Promise<FeedOutcome>
  /** The system's clock, epoch ms: `--clock` moves the school's day, not the age of a list. */
  readonly now: () => number
  /** From 0 to 1, for the jitter. */
  readonly random: () => number
  /** The policy in force, and what people decided on copies. */
  readonly current: () => { readonly policy: Policy; readonly choices: ListChoices }
  readonly onOutcome: (list: string, outcome: FeedOutcome) => void
  /** Why a copy waits for the trust's canary, in words; null: it need not. */
  readonly whyWaits: (list: string, digest: string) => string | null
  /** Called by `hasNews` when anything of a list is new, a failure or a copy that waits as well. */
  readonly onChange: () => void
}

/** What there is to know of a fetched list, for the gauges. */
export interface FeedFigures {
  readonly id: string
  /** Epoch ms when the publisher last said what is current; null before the first time. */
  readonly checkedAt: number | null
  readonly isHeld: boolean
  /** Attempts by what became of them. */
  readonly outcomes: ReadonlyMap<FeedOutcome['kind'], number>
}

/** Keeps the lists that a policy fetches up to date: when each is due, what is wrong with them. */
export class FeedKeeper {
  readonly #options: FeedKeeperOptions
  readonly #store: FeedStore
  /** When each list is due, by id and address. */
  readonly #due = new Map<string, number>()
  readonly #outcomes = new Map<string, Map<FeedOutcome['kind'], number>>()
  #stamps = ''
  #inForce = ''
  #running: Promise<void> | null = null

  constructor(options: FeedKeeperOptions) {
    this.#options = options
    this.#store = new FeedStore(options.records)
    this.#isChanged()
    this.#isOther()
  }

  /** Updates what is due, one list after the other. Resolves when that is done; never rejects. */
  tick(): Promise<void> {
    this.#running ??= this.#updateDue().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  /** Puts in force what the canary has had for long enough. Call it each minute, and when it reports. */
  async release(): Promise<void> {
    for (const list of this.#lists()) {
      const ripe = waitingIn(this.#store.read(list)).find(({ digest }) => {
        return this.#options.whyWaits(list.id, digest) === null
      })
      if (ripe !== undefined) await this.#releaseCopy(list, ripe.digest)
    }
  }

  /** An attempt that is under way writes as well, and a disk may be full: the next minute tries again. */
  async #releaseCopy(list: FetchedListPolicy, digest: string): Promise<void> {
    const release = () => {
      this.#store.write(list.id, released(this.#store.read(list), digest))
      return Promise.resolve()
    }
    await this.#store.locked(list.id, release).catch(() => null)
  }

  /** What this gate has, for those that follow it. */
  copies(): ReadonlyMap<string, CanaryCopies> {
    const { choices } = this.#options.current()
    return new Map(
      this.#lists().map((list) => {
        const choice = choices.get(list.id) ?? NO_CHOICE
        const inForce = copyInForce(this.#store.read(list), choice)?.digest ?? null
        return [list.id, { inForce, rejected: choice.rejected }]
      }),
    )
  }

  /** Resolves when no attempt is under way. */
  async idle(): Promise<void> {
    await this.#running
  }

  /**
   * Whether another copy is to be in force than when this was asked last: by an update, the gate's own or
   * that of `lists update`, or by what people decided. Tells of whatever else is new of a list, too.
   */
  hasNews(): boolean {
    if (!this.#isChanged()) return false
    this.#options.onChange()
    return this.#isOther()
  }

  /** Whether anything was written or decided since this was asked last: two numbers a list, no file is read. */
  #isChanged(): boolean {
    const { choices } = this.#options.current()
    const facts = this.#lists().map(({ id, url }) => {
      return [id, url, this.#store.stamp(id), choices.get(id) ?? NO_CHOICE]
    })
    const stamps = JSON.stringify(facts)
    const isChanged = stamps !== this.#stamps
    this.#stamps = stamps
    return isChanged
  }

  #isOther(): boolean {
    const { choices } = this.#options.current()
    const digests = this.#lists().map((list) => {
      const choice = choices.get(list.id) ?? NO_CHOICE
      return [list.id, copyInForce(this.#store.read(list), choice)?.digest]
    })
    const isOther = JSON.stringify(digests) !== this.#inForce
    this.#inForce = JSON.stringify(digests)
    return isOther
  }

  /** All that is wrong now, for `GateWatch.sawLists`. No message names a host. */
  troubles(): readonly ListTrouble[] {
    const { choices } = this.#options.current()
    return this.#lists().flatMap((list): ListTrouble[] => {
      const state = this.#store.read(list)
      const choice = choices.get(list.id) ?? NO_CHOICE
      const isThere = copyInForce(state, choice) !== null
      const kept = isThere ? 'the last good copy stays in force' : 'nothing of it is in force'
      const held = waitingCopy(state, choice)
      const found = [
        ...(state.failure === null ? [] : [state.failure.message]),
        ...(held === null
          ? []
          : [waits(held.shrinks ?? `it would close ${held.total} hosts in use`)]),
      ]
      return [
        ...found.map((message): ListTrouble => {
          return { kind: 'list_refused', list: list.id, message: `${message}; ${kept}` }
        }),
        ...this.#ageOf(list, state.checkedAt),
      ]
    })
  }

  /** Sentences for `/readyz`, `notices`: what waits for the canary, and harmless sites that first copies close. */
  notices(): readonly string[] {
    const { choices } = this.#options.current()
    return this.#lists().flatMap((list) => {
      const state = this.#store.read(list)
      const copy = copyInForce(state, choices.get(list.id) ?? NO_CHOICE)
      const waiting = waitingIn(state).at(-1)
      const why = waiting === undefined ? null : this.#options.whyWaits(list.id, waiting.digest)
      const notices = [
        ...(why === null ? [] : [`a newer copy waits: ${why}`]),
        ...(copy?.warns ?? []),
      ]
      return notices.map((notice) => `list \`${list.id}\`: ${notice}`)
    })
  }

  /** For the gauges. */
  figures(): readonly FeedFigures[] {
    const { choices } = this.#options.current()
    return this.#lists().map((list) => {
      const state = this.#store.read(list)
      return {
        ...{ id: list.id, checkedAt: state.checkedAt },
        isHeld: waitingCopy(state, choices.get(list.id) ?? NO_CHOICE) !== null,
        outcomes: this.#outcomes.get(list.id) ?? new Map(),
      }
    })
  }

  #lists(): readonly FetchedListPolicy[] {
    return fetchedLists(this.#options.current().policy)
  }

  async #updateDue(): Promise<void> {
    for (const list of this.#lists()) {
      if (this.#options.now() < this.#dueAt(list)) continue
      const outcome = await this.#options.update(list)
      this.#due.set(keyOf(list), this.#options.now() + this.#waitAfter(outcome, list))
      const counts = this.#outcomes.get(list.id) ?? new Map<FeedOutcome['kind'], number>()
      this.#outcomes.set(list.id, counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1))
      this.#options.onOutcome(list.id, outcome)
    }
  }

  /** After a start a list is due when its interval since the last answer is over. */
  #dueAt(list: FetchedListPolicy): number {
    const known = this.#due.get(keyOf(list))
    if (known !== undefined) return known
    const { checkedAt, failure } = this.#store.read(list)
    const last = failure === null ? checkedAt : null
    return last === null ? 0 : last + list.everyMs
  }

  #waitAfter({ kind }: FeedOutcome, { everyMs }: FetchedListPolicy): number {
    const isBad = kind === 'refused' || kind === 'busy'
    const wait = isBad ? Math.max(LEAST_RETRY_MS, everyMs * RETRY_SHARE) : everyMs
    return Math.min(wait, everyMs) * (1 + JITTER * (2 * this.#options.random() - 1))
  }

  #ageOf({ id, everyMs }: FetchedListPolicy, checkedAt: number | null): readonly ListTrouble[] {
    const age = checkedAt === null ? 0 : this.#options.now() - checkedAt
    if (age <= OLD_INTERVALS * everyMs) return []
    const hours = Math.floor(age / 3_600_000)
    return [{ kind: 'feed_age', list: id, message: `nobody could fetch it for ${hours} hours` }]
  }
}

/** Copies that wait for the canary, the newest first. */
function waitingIn({ copies }: FeedState): readonly FeedCopy[] {
  return copies.filter((copy) => copy.waits)
}

function waits(why: string): string {
  return `a newer copy waits for a person (\`schoolgate lists held\`): ${why}`
}

/** The lists of a policy that somebody has to fetch. */
export function fetchedLists({ lists }: Policy): readonly FetchedListPolicy[] {
  return lists.filter((list) => list.kind === 'url')
}

function keyOf({ id, url }: FetchedListPolicy): string {
  return `${id} ${url}`
}
