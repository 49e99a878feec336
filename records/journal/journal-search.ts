import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { HOUR_MS, hourOf, indexedSeq } from './journal-index.ts'
import { REF_SQL, refNumber, refsIndexedSeq } from './journal-refs.ts'
import { FACETS } from './journal-terms.ts'
import type { Facet } from './journal-terms.ts'
import { MergedPostings } from './merged-postings.ts'
import type { Postings, SeqRange } from './merged-postings.ts'
import { IS_EVIDENCE_SQL } from './retention-classes.ts'

/** What to look for; every field that is there must hold. */
export interface JournalFilter extends Partial<Readonly<Record<Facet, string>>> {
  /** RFC 3339; from this moment. */
  readonly from?: string
  /** RFC 3339; before this moment. */
  readonly to?: string
  /** Any of these; a year or a class is the list of its people. */
  readonly person_ref?: readonly string[]
  readonly device_id?: string
  readonly host?: string
  /** The code that a block page showed. */
  readonly block_ref?: string
  /** False leaves high-risk and sealed hits out: most people may only count them. */
  readonly evidence?: false
  /** Words, each to be found in the host, the category or the rule; three letters or more each. */
  readonly text?: string
}

/** A row of the journal as it lies there, by column name. */
export type StoredRow = Readonly<Record<string, string | number | null>>

export interface JournalPage {
  /** Newest first, at most `limit`. */
  readonly rows: readonly StoredRow[]
  /** Hand it in again for what is older; null when there is nothing more. A page may be short and go on. */
  readonly cursor: number | null
}

export interface PageOptions {
  readonly limit: number
  readonly cursor?: number | null
  /** What a page may cost; what it has not reached by then, the next page goes on with. */
  readonly budgetMs?: number
}

/** A page in 200 ms with all around it (issue 3): a search that finds little stops here and says how far it got. */
const BUDGET_MS = 120

/** Rows checked between two looks at the clock, and at least per page. */
const CHECKED_PER_LOOK = 256

/** Postings read at once by one search: more terms than this take 100 ms to open, and a plain scan finds sooner. */
const MAX_TERMS = 16_384

/** Entries that each way of searching is tried with, to see which of them reaches furthest back. */
const PROBED = 64

/** Below three letters a trigram index has nothing to say. */
const MIN_WORD_LETTERS = 3

/** What is wrong with the words of a text search, or null. */
export function problemOfText(text: string): string | null {
  const short = wordsOf(text).find((word) => Array.from(word).length < MIN_WORD_LETTERS)
  return short === undefined
    ? null
    : `\`${short}\` is too short to look for; give three letters or more`
}

/** One page of the journal, newest entries first. Entries are in the order they were written in. */
export function searchJournal(
  db: DatabaseSync,
  filter: JournalFilter,
  page: PageOptions,
): JournalPage {
  const end = performance.now() + (page.budgetMs ?? BUDGET_MS)
  const range = { above: 0, below: page.cursor ?? Number.MAX_SAFE_INTEGER }
  const source = candidates(db, filter, range)
  const { sql, values } = conditionsOf(filter)
  const check = db.prepare(`SELECT * FROM journal WHERE seq = ?${sql}`)
  const rows: StoredRow[] = []
  for (let checked = 1; ; checked += 1) {
    const seq = source.next()
    if (seq === null) return { rows, cursor: null }
    const row = check.get(seq, ...values)
    if (row !== undefined) rows.push(row as StoredRow)
    const isSpent = checked % CHECKED_PER_LOOK === 0 && performance.now() > end
    if (rows.length === page.limit || isSpent) return { rows, cursor: seq }
  }
}

/** What is not indexed yet, then the index. */
function candidates(db: DatabaseSync, filter: JournalFilter, range: SeqRange): Postings {
  const terms = indexedSeq(db)
  const needsRefs = filter.block_ref !== undefined || filter.device_id !== undefined
  const indexed = needsRefs ? Math.min(terms, refsIndexedSeq(db)) : terms
  const tail = everything(db, { above: indexed, below: range.below })
  let behind: Postings | null = null
  return {
    next() {
      const seq = behind === null ? tail.next() : null
      if (seq !== null) return seq
      behind ??= sparsest(db, filter, { above: 0, below: Math.min(range.below, indexed + 1) })
      return behind.next()
    },
  }
}

/** Of the ways that the filter offers, the one with the fewest entries per time. */
function sparsest(db: DatabaseSync, filter: JournalFilter, range: SeqRange): Postings {
  const within = hoursRange(db, filter, range)
  if (within === null) return NOTHING
  const ways = waysOf(db, filter, within)
  if (ways.length < 2) return ways[0]?.() ?? everything(db, within)
  const reach = ways.map((open) => reachOf(open()))
  const best = reach.indexOf(Math.min(...reach))
  return ways[best]?.() ?? NOTHING
}

function reachOf(postings: Postings): number {
  let reached: number | null = null
  for (let i = 0; i < PROBED; i += 1) {
    reached = postings.next()
    if (reached === null) return -1
  }
  return reached ?? -1
}

/** Each of them gives all entries that pass the filter, and others. */
function waysOf(db: DatabaseSync, filter: JournalFilter, range: SeqRange): (() => Postings)[] {
  const terms: (readonly number[] | null)[] = [
    filter.person_ref === undefined ? null : personTerms(db, filter.person_ref),
    filter.host === undefined ? null : hostTerms(db, filter.host),
    filter.text === undefined ? null : textTerms(db, filter.text),
    FACETS.some((name) => filter[name] !== undefined) ? kindTerms(db, filter) : null,
  ]
  const ways: (() => Postings)[] = terms
    .filter((some) => some !== null && some.length <= MAX_TERMS)
    .map((some) => () => new MergedPostings(db, some ?? [], range))
  const { device_id: device, block_ref: ref } = filter
  for (const one of [device, ref])
    if (one !== undefined) ways.push(() => new Scan(db, REF_SQL, [refNumber(one)], range))
  return ways
}

export const EVERYTHING_SQL =
  'SELECT seq FROM journal WHERE seq < ? AND seq > ? ORDER BY seq DESC LIMIT ?'

function everything(db: DatabaseSync, range: SeqRange): Postings {
  return new Scan(db, EVERYTHING_SQL, [], range)
}

/** Reads a query's numbers in chunks: nothing of the database stays open between two pages. */
class Scan implements Postings {
  readonly #next: (below: number) => readonly (readonly [number])[]
  #below: number
  #rest: number[] = []

  constructor(
    db: DatabaseSync,
    sql: string,
    values: readonly (string | number)[],
    { above, below }: SeqRange,
  ) {
    const statement = db.prepare(sql)
    statement.setReturnArrays(true)
    this.#below = below
    this.#next = (from) =>
      statement.all(...values, from, above, CHECKED_PER_LOOK) as unknown as readonly [number][]
  }

  next(): number | null {
    if (this.#rest.length === 0)
      this.#rest = this.#next(this.#below)
        .map(([seq]) => seq)
        .reverse()
    const seq = this.#rest.pop()
    if (seq === undefined) return null
    this.#below = seq
    return seq
  }
}

const NOTHING: Postings = { next: () => null }

/** The numbers that the filter's hours can have; null where there are none. */
export function hoursRange(
  db: DatabaseSync,
  { from, to }: Pick<JournalFilter, 'from' | 'to'>,
  range: SeqRange,
): SeqRange | null {
  if (from === undefined && to === undefined) return range
  const { first, last } = db
    .prepare(
      'SELECT min(first_seq) AS first, max(last_seq) AS last FROM journal_hours WHERE hour >= ? AND hour <= ?',
    )
    .get(
      from === undefined ? 0 : hourOf(from),
      to === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(Date.parse(to) / HOUR_MS) - 1,
    ) as { first: number | null; last: number | null }
  if (first === null || last === null) return null
  return { above: Math.max(range.above, first - 1), below: Math.min(range.below, last + 1) }
}

function personTerms(db: DatabaseSync, refs: readonly string[]): readonly number[] {
  const find = db.prepare("SELECT id FROM journal_terms WHERE type = 'person' AND value = ?")
  // Twice the same would give each entry twice.
  return [...new Set(refs)]
    .map((ref) => find.get(ref))
    .filter((row) => row !== undefined)
    .map(idOf)
}

export const HOST_SQL =
  "SELECT id FROM journal_terms WHERE type = 'text' AND value >= ? AND value < ? LIMIT ?"

/** `!` is the letter after the space that ends a host. */
function hostTerms(db: DatabaseSync, host: string): readonly number[] {
  return db
    .prepare(HOST_SQL)
    .all(`${host} `, `${host}!`, MAX_TERMS + 1)
    .map(idOf)
}

export const WORDS_SQL = 'SELECT rowid AS id FROM journal_words WHERE journal_words MATCH ? LIMIT ?'

/** All trigrams of all words; the conditions on the row then ask for the words themselves. */
function textTerms(db: DatabaseSync, text: string): readonly number[] {
  const trigrams = new Set<string>()
  for (const word of wordsOf(text)) {
    const letters = Array.from(word)
    for (let i = 0; i + MIN_WORD_LETTERS <= letters.length; i += 1) {
      trigrams.add(
        `"${letters
          .slice(i, i + MIN_WORD_LETTERS)
          .join('')
          .replaceAll('"', '""')}"`,
      )
    }
  }
  const query = [...trigrams].join(' AND ')
  return query === ''
    ? []
    : db
        .prepare(WORDS_SQL)
        .all(query, MAX_TERMS + 1)
        .map(idOf)
}

/** A school has some thousand kinds: all are read, and those that fit are taken. */
function kindTerms(db: DatabaseSync, filter: JournalFilter): readonly number[] {
  const wanted = FACETS.map((name) => filter[name])
  return [...facetTerms(db, 'kind')]
    .filter(({ facets }) => wanted.every((one, at) => one === undefined || facets[at] === one))
    .map(({ id }) => id)
}

/** All kinds or groups there have ever been. */
export function* facetTerms(db: DatabaseSync, type: 'kind' | 'group'): Generator<FacetTerm> {
  for (const row of db.prepare(FACET_TERMS_SQL).iterate(type)) {
    yield { id: idOf(row), facets: JSON.parse(String(row['value'])) as FacetTerm['facets'] }
  }
}

export const FACET_TERMS_SQL = 'SELECT id, value FROM journal_terms WHERE type = ?'

export interface FacetTerm {
  readonly id: number
  /** In the order of `FACETS`, a group's in that of `COUNTED`. */
  readonly facets: readonly (string | null)[]
}

/** What a row must pass, as SQL behind its number. */
function conditionsOf(filter: JournalFilter): {
  readonly sql: string
  readonly values: SQLInputValue[]
} {
  const parts: string[] = []
  const values: SQLInputValue[] = []
  const must = (sql: string, ...some: readonly string[]): void => {
    parts.push(` AND ${sql}`)
    values.push(...some)
  }
  const { from, to, person_ref: people, text } = filter
  // Rows hold milliseconds and `Z`, so that times compare as texts.
  if (from !== undefined) must('ts >= ?', new Date(from).toISOString())
  if (to !== undefined) must('ts < ?', new Date(to).toISOString())
  if (people !== undefined)
    must('person_ref IN (SELECT value FROM json_each(?))', JSON.stringify(people))
  for (const name of ['device_id', 'host', 'block_ref', ...FACETS] as const) {
    const value = filter[name]
    if (value !== undefined) must(`${name} = ?`, value)
  }
  if (filter.evidence === false) must(`NOT ${IS_EVIDENCE_SQL}`)
  for (const word of wordsOf(text ?? ''))
    must("instr(lower(host || ' ' || coalesce(category, '-') || ' ' || rule_id), ?) > 0", word)
  return { sql: parts.join(''), values }
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}

function idOf(row: Readonly<Record<string, unknown>>): number {
  return Number(row['id'])
}
