import { z } from 'zod'
import type { ListChoice } from '../../../records/governance/list-choice.ts'
import type { FetchedListPolicy } from '../../../rules/policy/policy.ts'

const copy = z.object({
  /** SHA-256 of what was fetched, hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Epoch ms, the system's clock. */
  fetchedAt: z.number(),
  /** Entries by list of the archive; one list under its own id. */
  entries: z.record(z.string(), z.number()),
  /** Sentences: harmless sites that it closes. */
  warns: z.array(z.string()).default([]),
  /** It is not to be in force before the trust's canary has had it (`proxy/trust/`). */
  waits: z.boolean().default(false),
})
export type FeedCopy = z.infer<typeof copy>

const closedHost = z.object({
  host: z.string(),
  category: z.string(),
  /** Profiles to which it would be closed. */
  profiles: z.array(z.string()),
  /** Requests in the tally's hours; 0 for a host that is popular elsewhere. */
  requests: z.number(),
})
export type ClosedHost = z.infer<typeof closedHost>

const held = copy.extend({
  closes: z.array(closedHost),
  /** All that it closes; `closes` are the first. */
  total: z.number(),
  /** By how much it is smaller than the copy in force, a sentence; null where it is not. */
  shrinks: z.string().nullable(),
})
export type HeldCopy = z.infer<typeof held>

const stateSchema = z.object({
  /** What the publisher's words below are about. */
  source: z.string(),
  /** What a copy looks like on the disk and counts as: that of another shape is another list. */
  shape: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  /** When the publisher last said what is current; null before the first time. */
  checkedAt: z.number().nullable(),
  /** Good copies, the newest first. */
  copies: z.array(copy),
  /** A copy that waits for a person, and what it would close. */
  held: held.nullable(),
  /** Why the last attempt brought nothing; null after one that did. */
  failure: z.object({ at: z.number(), message: z.string() }).nullable(),
})
export type FeedState = z.infer<typeof stateSchema>

/** Today's, yesterday's and the one before: what a person may want to go back to. */
const MAX_COPIES = 3
/** Copies that wait for the canary. */
const MAX_WAITING = 8

type Described = Pick<FetchedListPolicy, 'url' | 'format' | 'category'>

export function newFeedState(list: Described): FeedState {
  return {
    ...{ source: list.url, shape: shapeOf(list), etag: null, lastModified: null },
    ...{ checkedAt: null, copies: [], held: null, failure: null },
  }
}

/**
 * The state that a text says of this list; null when it says none. From another address of the same list
 * the copies stay in force, or a category would be empty until the first download; only what that
 * publisher said is forgotten.
 */
export function readFeedState(text: string, list: Described): FeedState | null {
  const parsed = stateSchema.safeParse(jsonOf(text))
  if (!parsed.success || parsed.data.shape !== shapeOf(list)) return null
  if (parsed.data.source === list.url) return parsed.data
  return {
    ...parsed.data,
    ...{ source: list.url, etag: null, lastModified: null, checkedAt: null, failure: null },
  }
}

function shapeOf({ format, category }: Described): string {
  return `${format} ${category ?? ''}`
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * The copy that is to be in force: the held one once a person let it in, else the newest that nobody
 * keeps out, or the oldest where all are kept out: a category must not become empty by accident. Null
 * before the first.
 */
export function copyInForce(state: FeedState, choice: ListChoice): FeedCopy | null {
  const candidates = tried(settled(state, choice))
  return (
    candidates.find(({ digest }) => !choice.rejected.includes(digest)) ?? candidates.at(-1) ?? null
  )
}

/** The copy that would be in force without the newest one; null where there is none to go back to. */
export function copyBefore(state: FeedState, choice: ListChoice): FeedCopy | null {
  const newest = copyInForce(state, choice)
  if (newest === null) return null
  const copies = tried(settled(state, choice))
  const others = copies.slice(copies.indexOf(newest) + 1)
  return others.find(({ digest }) => !choice.rejected.includes(digest)) ?? null
}

function tried({ copies }: FeedState): readonly FeedCopy[] {
  return copies.filter(({ waits }) => !waits)
}

/** The state with a held copy that a person let in among the good ones: he need not wait for the canary. */
export function settled(state: FeedState, choice: ListChoice): FeedState {
  if (state.held === null || !isLetIn(state.held, choice)) return state
  return withCopy(state, { ...state.held, waits: false })
}

/** The state once the canary has had a copy that waited; those before it are no longer worth to wait for. */
export function released(state: FeedState, digest: string): FeedState {
  const at = state.copies.findIndex((copy) => copy.digest === digest)
  const copies = state.copies.flatMap((copy, index): FeedCopy[] => {
    if (index === at) return [{ ...copy, waits: false }]
    return index > at && copy.waits ? [] : [copy]
  })
  return { ...state, copies: keptOf(copies) }
}

function isLetIn({ digest, shrinks }: HeldCopy, { accepted, smaller }: ListChoice): boolean {
  return digest === accepted && (shrinks === null || smaller)
}

/** The state with a new good copy in front; what is beyond the limits is forgotten. */
export function withCopy(state: FeedState, copy: FeedCopy): FeedState {
  const { digest, fetchedAt, entries, warns, waits } = copy
  const others = state.copies.filter((each) => each.digest !== digest)
  const copies = keptOf([{ digest, fetchedAt, entries, warns, waits }, ...others])
  return { ...state, copies, held: null }
}

/**
 * Of those that wait the newest, which the publisher is asked about, and the oldest: with a list that changes
 * each hour the canary would else never have had one for a day.
 */
function keptOf(copies: readonly FeedCopy[]): FeedCopy[] {
  const waiting = copies.filter(({ waits }) => waits)
  const dropped = new Set([
    ...copies.filter(({ waits }) => !waits).slice(MAX_COPIES),
    ...waiting.slice(1, Math.max(1, waiting.length - MAX_WAITING + 1)),
  ])
  return copies.filter((copy) => !dropped.has(copy))
}

/** The copy that waits for a person; null where none does, or somebody has said yes or no. */
export function waitingCopy({ held }: FeedState, choice: ListChoice): HeldCopy | null {
  if (held === null || isLetIn(held, choice)) return null
  return choice.refused === held.digest ? null : held
}

/** All entries of a copy. */
export function entriesOf({ entries }: Pick<FeedCopy, 'entries'>): number {
  return Object.values(entries).reduce((sum, count) => sum + count, 0)
}
