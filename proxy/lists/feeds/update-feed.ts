import { resolve } from 'node:path'
import { NO_CHOICE, type ListChoice } from '../../../records/governance/list-choice.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { parseListPlace } from '../../../rules/policy/list-place.ts'
import type { FetchedListPolicy } from '../../../rules/policy/policy.ts'
import { compileLists } from '../compile-lists.ts'
import { fetchAxfr } from './axfr/fetch-axfr.ts'
import { readTsigKey } from './axfr/tsig-key.ts'
import { copySources } from './copy-sources.ts'
import type { FetchGuard } from './fetch-guard.ts'
import { fetchHttp, type Fetched, type Validators } from './fetch-http.ts'
import { FetchRefused, type FetchLimits } from './fetch-limits.ts'
import {
  copyInForce,
  entriesOf,
  settled,
  waitingCopy,
  withCopy,
  type ClosedHost,
  type FeedState,
} from './feed-state.ts'
import type { FeedStore } from './feed-store.ts'
import type { SeenHosts } from './feed-traffic.ts'
import { entriesByPart, faultOfCopy, shrinkOf } from './judge-copy.ts'
import { newlyClosed, type InForce } from './newly-closed.ts'
import { unpackArchive } from './unpack-archive.ts'

/** What became of one attempt to update a list, with a sentence for whoever asked. */
export interface FeedOutcome {
  /**
   * `held`: a person decides. `refused`: no list came, the last good copy stays, and somebody must hear of
   * it. `busy`: another attempt is under way.
   */
  readonly kind: 'same' | 'updated' | 'held' | 'refused' | 'busy'
  readonly message: string
  /** Sentences for whoever asked: harmless sites that an updated list closes. */
  readonly warnings?: readonly string[]
}

export interface UpdateDeps {
  readonly store: FeedStore
  readonly limits: FetchLimits
  readonly guard: FetchGuard
  readonly caFile: string | null
  /** Of `gate.yaml`; the file of a key is named from here. */
  readonly directory: string
  readonly choice: ListChoice | undefined
  /** The school takes a copy only when the trust's canary has had it; the first of a list waits for nobody. */
  readonly follows: boolean
  /** The system's clock, epoch ms. */
  readonly now: () => number
  /** What the copy is held against; null before a policy is in force: then nothing is held. */
  readonly against: (SeenHosts & { readonly inForce: InForce }) | null
}

/** So many hosts are shown to the person who decides; the number of all is told too. */
const MAX_SHOWN = 100
/** Of those that a first copy closes: whoever named the list is told, and may correct them. */
const MAX_WARNINGS = 20

/**
 * Asks for a newer copy of a list and takes it, holds it or refuses it; takes seconds of its thread for a
 * large one (`update-in-worker.ts`). The caller holds the list's lock. Never rejects: what goes wrong is
 * the outcome, and is written down for `/readyz`.
 */
export async function updateFeed(list: FetchedListPolicy, deps: UpdateDeps): Promise<FeedOutcome> {
  const { store, now } = deps
  const state = settled(store.read(list), deps.choice ?? NO_CHOICE)
  const part = store.temporary(list.id)
  try {
    return await attempt(list, state, part, deps)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return noted(list, deps, { ...state, failure: { at: now(), message } }, message)
  } finally {
    store.discard(part)
    store.discard(`${part}.d`)
  }
}

/** A disk that takes no copy may take no note of it either. */
function noted(
  { id }: FetchedListPolicy,
  { store }: UpdateDeps,
  state: FeedState,
  message: string,
): FeedOutcome {
  try {
    store.write(id, state)
    return { kind: 'refused', message }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { kind: 'refused', message: `${message}; ${why}` }
  }
}

async function attempt(
  list: FetchedListPolicy,
  state: FeedState,
  part: string,
  deps: UpdateDeps,
): Promise<FeedOutcome> {
  const { store, now } = deps
  const fetched = await fetchList(list, state, part, deps)
  const newest = state.held ?? state.copies[0]
  const said = fetched.kind === 'same' ? state : fetched
  const checked: FeedState = {
    ...state,
    ...{ checkedAt: now(), failure: null },
    ...{ etag: said.etag, lastModified: said.lastModified },
  }
  // A copy that was lost on the disk comes back under the same digest.
  const isKnown = fetched.kind === 'new' && fetched.digest === newest?.digest
  if (fetched.kind === 'same' || (isKnown && store.has(list.id, fetched.digest)))
    return stillThere(list, checked, deps)
  const path = await unpacked(list, part, deps.limits)
  const judged = await judge(list, path, { state: checked, deps })
  store.keep(list.id, fetched.digest, path)
  const { entries, warns } = judged
  const waits = deps.follows && !judged.isFirst
  const copy = { digest: fetched.digest, fetchedAt: now(), entries, warns, waits }
  return decided(list, { state: checked, copy, judged }, deps)
}

/**
 * Nothing newer. A copy that waits for a person is looked at once more: somebody may have corrected
 * what it would close, or its hosts may not be asked for any more.
 */
async function stillThere(
  list: FetchedListPolicy,
  state: FeedState,
  deps: UpdateDeps,
): Promise<FeedOutcome> {
  const { store, choice = NO_CHOICE } = deps
  const waiting = waitingCopy(state, choice)
  if (waiting === null || !store.has(list.id, waiting.digest)) {
    store.write(list.id, state)
    return { kind: 'same', message: 'nothing newer' }
  }
  const judged = await judge(list, store.pathOf(list.id, waiting.digest), { state, deps })
  return decided(list, { state, copy: waiting, judged }, deps)
}

interface Decision {
  readonly state: FeedState
  readonly copy: FeedState['copies'][number]
  readonly judged: Judged
}

function decided(
  { id }: FetchedListPolicy,
  { state, copy: { digest, fetchedAt, entries, warns, waits }, judged }: Decision,
  { store }: UpdateDeps,
): FeedOutcome {
  const { closes, shrinks } = judged
  const copy = { digest, fetchedAt, entries, warns, waits }
  const why = whyHeld(judged)
  if (why === null) {
    store.write(id, withCopy(state, copy))
    const message = `${entriesOf(copy)} entries${waits ? ', to wait for the canary' : ''}`
    return { kind: 'updated', message, warnings: warns }
  }
  const held = { ...copy, shrinks, closes: closes.slice(0, MAX_SHOWN), total: closes.length }
  store.write(id, { ...state, held })
  return { kind: 'held', message: `${why}: held for a person` }
}

function whyHeld({ closes, shrinks }: Judged): string | null {
  if (shrinks !== null) return shrinks
  return closes.length === 0 ? null : `${closes.length} hosts in use would be closed`
}

async function fetchList(
  { id, url, tsig }: FetchedListPolicy,
  state: FeedState,
  into: string,
  { store, limits, guard, caFile, directory, now }: UpdateDeps,
): Promise<Fetched> {
  const place = parseListPlace(url)
  if ('problem' in place) throw new FetchRefused(place.problem)
  // Of a copy that is gone the publisher must not say that it is current.
  const newest = state.held ?? state.copies[0]
  const isHere = newest !== undefined && store.has(id, newest.digest)
  const validators: Validators = isHere ? state : { etag: null, lastModified: null }
  if (place.kind === 'axfr') {
    const key = tsig === null ? null : readTsigKey(resolve(directory, tsig))
    return fetchAxfr({ place, key, etag: validators.etag, into, limits, guard, now })
  }
  return fetchHttp({ url: place.url, validators, into, limits, guard, caFile })
}

/** The copy as it is kept: an archive's lists in a folder, all else as it came. */
async function unpacked(
  { format }: FetchedListPolicy,
  part: string,
  limits: FetchLimits,
): Promise<string> {
  if (format !== 'ut1') return part
  await unpackArchive(part, `${part}.d`, limits)
  return `${part}.d`
}

interface Judged {
  readonly entries: Readonly<Record<string, number>>
  readonly closes: readonly ClosedHost[]
  readonly shrinks: string | null
  readonly warns: string[]
  readonly isFirst: boolean
}

/** Compiles the copy alone: counts it, and finds what it would close. Throws for what is no list. */
async function judge(
  list: FetchedListPolicy,
  path: string,
  { state, deps }: { readonly state: FeedState; readonly deps: UpdateDeps },
): Promise<Judged> {
  const builtAt = new Date(deps.now()).toISOString()
  const compiled = await compileLists(copySources(list, path), { builtAt })
  const fault = faultOfCopy(compiled.sources)
  if (fault !== null) throw new FetchRefused(fault)
  const entries = entriesByPart(compiled.sources)
  const current = copyInForce(state, deps.choice ?? NO_CHOICE)
  const shrinks = current === null ? null : shrinkOf(entries, current.entries)
  if (compiled.image === null) throw new FetchRefused(compiled.problem ?? 'it does not compile')
  const image = ListImage.trust(compiled.image)
  if (!(image instanceof ListImage)) throw new FetchRefused(image.problem)
  const { against } = deps
  const closes = against === null ? [] : newlyClosed(list.id, image, against)
  if (current !== null) return { entries, closes, shrinks, warns: [], isFirst: false }
  // The first copy of a list closes what the policy asked for when it named the list.
  const warns = warningsOf(closes, against?.harmless)
  return { entries, closes: [], shrinks, warns, isFirst: true }
}

function warningsOf(closes: readonly ClosedHost[], harmless: ReadonlySet<string> = new Set()) {
  const found = closes.filter(({ host }) => harmless.has(host))
  const shown = found.slice(0, MAX_WARNINGS).map(({ host, category, profiles }) => {
    return `\`${host}\` is harmless and closed as ${category} for ${profiles.join(', ')}`
  })
  const more = found.length - shown.length
  return more > 0 ? [...shown, `${more} more harmless sites are closed`] : shown
}
