import { linkEntry, sha256, type Link, type StoredEntry } from '../ledger/chain.ts'
import { ENTRY_VERSION, type LedgerEntry } from '../ledger/entry.ts'
import { commitmentOf } from '../people/people.ts'
import { documentsOf, MirrorMoved, pledgesOf, type Mirror } from './mirror.ts'
import { PAGE_ROWS, type Beside, type Place, type SpineLink } from './spine-link.ts'

/** How a node and Redis came to one chain. */
export interface Reconciled {
  /** The head of both; of Redis alone where there is a fault. */
  readonly place: Place
  /** What in Redis was not believed; the mirror ends before it. Null where all verified. */
  readonly fault: string | null
  /** A branch that gave way: whose it was, and the entry that it began behind. */
  readonly gaveWay: { readonly whose: 'node' | 'spine'; readonly fork: number } | null
}

/** Each further round means that another node was quicker; so many in a row is a node gone mad. */
const MAX_ROUNDS = 50

/**
 * Brings the mirror and Redis to one chain. What only one of them has goes to the other; where they
 * differ, the longer verified branch stays (at equal length the one in Redis, because other nodes stand
 * on it), and the other is set aside. Rejects when Redis fails; throws `LedgerBroken` for a broken mirror.
 */
export async function reconcile(mirror: Mirror, link: SpineLink): Promise<Reconciled> {
  let gaveWay: Reconciled['gaveWay'] = null
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const tail = await link.tail()
    const head = mirror.ledger.head()
    if (tail.hash === head.hash) return { place: tail, fault: null, gaveWay }
    const meeting: Meeting = { mirror, link, tail, head, fork: await forkOf(mirror, link, tail) }
    try {
      const step = await takeStep(meeting)
      gaveWay ??= step.gaveWay
      // Not asked again after a pull: under other writers' load the tail is never where it was.
      if (step.isDone) return { place: tail, fault: step.fault, gaveWay }
    } catch (error) {
      if (!(error instanceof MirrorMoved)) throw error
    }
  }
  throw new Error(`the ledger moved on ${MAX_ROUNDS} times while it was read`)
}

interface Meeting {
  readonly mirror: Mirror
  readonly link: SpineLink
  readonly tail: Place
  readonly head: Link
  /** The last entry that both have; 0 when none. */
  readonly fork: number
}

interface Step extends Pick<Reconciled, 'fault' | 'gaveWay'> {
  /** The mirror has what there is to have. */
  readonly isDone: boolean
}

const DONE: Step = { isDone: true, fault: null, gaveWay: null }
const AGAIN: Step = { isDone: false, fault: null, gaveWay: null }

function takeStep(meeting: Meeting): Promise<Step> {
  const { fork, tail, head } = meeting
  if (fork === tail.seq) return push(meeting)
  return fork === head.seq ? pull(meeting) : choose(meeting)
}

/** The hash of an entry says everything before it: two chains that share one share all before. */
async function forkOf(mirror: Mirror, link: SpineLink, tail: Place): Promise<number> {
  const isShared = async (seq: number): Promise<boolean> =>
    seq === 0 ||
    (seq === tail.seq ? tail.hash : await link.hashAt(seq, tail)) === mirror.linkAt(seq).hash
  let apart = Math.min(mirror.ledger.head().seq, tail.seq) + 1
  if (await isShared(apart - 1)) return apart - 1
  let shared = 0
  while (apart - shared > 1) {
    const middle = Math.floor((apart + shared) / 2)
    if (await isShared(middle)) shared = middle
    else apart = middle
  }
  return shared
}

async function push({ mirror, link, fork, tail }: Meeting): Promise<Step> {
  const { rows, beside } = mirror.rowsAfter(mirror.linkAt(fork), PAGE_ROWS)
  await link.append(tail.hash, rows, beside)
  return AGAIN
}

async function pull({ mirror, link, fork, tail, head: first }: Meeting): Promise<Step> {
  let head = first
  for await (const page of link.pages(fork, tail)) {
    const proven = await prove(page, head, { mirror, link })
    mirror.take(proven.rows, proven.beside, { head })
    if (proven.fault !== null) return { ...DONE, fault: proven.fault.message }
    head = page.at(-1) ?? head
  }
  return DONE
}

/** Two branches: one gives way. */
async function choose({ mirror, link, fork, tail, head }: Meeting): Promise<Step> {
  const branch: StoredEntry[] = []
  for await (const page of link.pages(fork, tail)) branch.push(...page)
  const shared = mirror.linkAt(fork)
  const { rows, beside, fault } = await prove(branch, shared, { mirror, link })
  const ours = head.seq - fork
  if (rows.length >= ours) {
    mirror.take(rows, beside, { head, fork })
    return { isDone: true, fault: fault?.message ?? null, gaveWay: { whose: 'node', fork } }
  }
  // A newer gate wrote it: what this one can't read may well be the longer branch.
  if (fault?.isNewer === true) return { ...DONE, fault: fault.message }
  mirror.keepAside(rows, beside)
  // In one piece at least as long as what it replaces, so that nobody sees a shorter chain.
  const wanted = Math.max(PAGE_ROWS, branch.length + 1)
  const replacement = mirror.rowsAfter(shared, wanted)
  const { taken } = await link.append(tail.hash, replacement.rows, replacement.beside, 'rewind')
  return { ...AGAIN, gaveWay: taken ? { whose: 'spine', fork } : null }
}

interface Proven {
  /** Those before the first one that does not verify. */
  readonly rows: readonly StoredEntry[]
  readonly beside: Beside
  readonly fault: { readonly message: string; readonly isNewer: boolean } | null
}

/** Nothing that comes from Redis is believed before it has passed here: the chain, the texts, the names. */
async function prove(
  rows: readonly StoredEntry[],
  from: Link,
  { mirror, link }: Pick<Meeting, 'mirror' | 'link'>,
): Promise<Proven> {
  const entries: LedgerEntry[] = []
  let fault: Proven['fault'] = null
  let previous = from
  for (const row of rows) {
    const linked = linkEntry(row, previous)
    if ('fault' in linked) {
      fault = { message: linked.fault.message, isNewer: isNewer(row.body) }
      break
    }
    entries.push(linked.entry)
    previous = row
  }
  const documents = await findDocuments(entries, { mirror, link })
  const known = new Set(documents.map(([hash]) => hash))
  const torn = entries.findIndex((entry) =>
    documentsOf([entry]).some(
      (hash) => !known.has(hash) && mirror.ledger.findDocument(hash) === undefined,
    ),
  )
  if (torn >= 0) {
    const message = `the text of entry ${entries[torn]?.seq ?? 0} is missing or was edited`
    fault = { message, isNewer: false }
    entries.splice(torn)
  }
  const people = await findPeople(entries, link)
  return { rows: rows.slice(0, entries.length), beside: { documents, people }, fault }
}

async function findDocuments(
  entries: readonly LedgerEntry[],
  { mirror, link }: Pick<Meeting, 'mirror' | 'link'>,
): Promise<Beside['documents']> {
  const wanted = documentsOf(entries).filter(
    (hash) => mirror.ledger.findDocument(hash) === undefined,
  )
  const texts = await link.documents(wanted)
  return wanted.flatMap((hash, i) => {
    const text = texts[i]
    return typeof text === 'string' && sha256(text) === hash ? [[hash, text] as const] : []
  })
}

/** A row that is not the one that the entry speaks of is left out, as an erased one is. */
async function findPeople(
  entries: readonly LedgerEntry[],
  link: SpineLink,
): Promise<Beside['people']> {
  const pledges = [...pledgesOf(entries)]
  const rows = await link.people(pledges.map(([ref]) => ref))
  return pledges.flatMap(([ref, details], i): Beside['people'] => {
    const row = rows[i] ?? null
    if (details === null) return [[ref, null]]
    return row !== null && commitmentOf(row) === details ? [[ref, row]] : []
  })
}

function isNewer(body: string): boolean {
  try {
    return Number((JSON.parse(body) as { readonly v?: unknown } | null)?.v) > ENTRY_VERSION
  } catch {
    return false
  }
}
