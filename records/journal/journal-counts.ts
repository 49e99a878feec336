import type { DatabaseSync } from 'node:sqlite'
import { HOUR_MS, indexedSeq } from './journal-index.ts'
import { facetTerms } from './journal-search.ts'
import type { FacetTerm } from './journal-search.ts'
import { COUNTED } from './journal-terms.ts'
import type { CountedFacet } from './journal-terms.ts'

/** Which entries to count, by whole hours; every facet that is there must hold. */
export interface CountFilter extends Partial<Readonly<Record<CountedFacet, string>>> {
  /** Epoch ms, rounded down to the hour. */
  readonly from: number
  /** Epoch ms, rounded up to the hour; not included. */
  readonly to: number
}

export interface Count {
  readonly entries: number
  readonly attempts: number
}

export interface Counted {
  readonly counts: ReadonlyMap<string, Count>
  /** Entries that were written and are not counted yet: some hundred at most while a gate runs. */
  readonly behind: number
}

const IN_HOURS = 'hour >= :from AND hour < :to'
const SUMS = 'sum(entries) AS entries, sum(attempts) AS attempts'
// Each order has its index (the `+` keeps SQLite from the other): sorted, a year of counts takes 250 ms.
export const BY_TERM_SQL = `
  SELECT term, ${SUMS} FROM journal_counts
  WHERE term IN (SELECT value FROM json_each(:terms)) AND ${IN_HOURS} GROUP BY term`
export const BY_HOUR_SQL = `
  SELECT hour, ${SUMS} FROM journal_counts
  WHERE ${IN_HOURS} AND +term IN (SELECT value FROM json_each(:terms)) GROUP BY hour`

/**
 * Attempts by one facet (null counts as `none`), most first. They stay when the entries are purged. What was
 * let through, in an observed zone or slowed, was no refusal: it counts only where actions are asked for.
 */
export function countBy(db: DatabaseSync, facet: CountedFacet, filter: CountFilter): Counted {
  const index = COUNTED.indexOf(facet)
  const groups = groupsOf(db, filter, facet === 'action')
  const labels = new Map(groups.map(({ id, facets }) => [id, facets[index] ?? 'none'] as const))
  const terms = JSON.stringify([...labels.keys()])
  const rows = db.prepare(BY_TERM_SQL).all({ ...hoursOf(filter), terms }) as unknown as Row[]
  const sums = new Map<string, Count>()
  for (const row of rows) add(sums, labels.get(row.term) ?? 'none', row)
  const sorted = [...sums].sort(([, a], [, b]) => b.attempts - a.attempts)
  return { counts: new Map(sorted), behind: behindOf(db) }
}

/** Attempts by day, oldest first; `dayOf` says which day (of the school) an hour (epoch ms) lies in. */
export function countByDay(
  db: DatabaseSync,
  filter: CountFilter,
  dayOf: (hour: number) => string,
): Counted {
  const terms = JSON.stringify(groupsOf(db, filter, false).map(({ id }) => id))
  const rows = db.prepare(BY_HOUR_SQL).all({ ...hoursOf(filter), terms }) as unknown as Row[]
  const sums = new Map<string, Count>()
  for (const row of rows) add(sums, dayOf(row.hour * HOUR_MS), row)
  return { counts: sums, behind: behindOf(db) }
}

interface Row extends Count {
  readonly hour: number
  readonly term: number
}

function groupsOf(
  db: DatabaseSync,
  filter: CountFilter,
  allActions: boolean,
): readonly FacetTerm[] {
  const wanted = COUNTED.map((name) => filter[name])
  const takesObserved = allActions || filter.action !== undefined
  return [...facetTerms(db, 'group')]
    .filter(
      ({ facets }) =>
        takesObserved || !LET_THROUGH.includes(facets[COUNTED.indexOf('action')] ?? ''),
    )
    .filter(({ facets }) => wanted.every((one, at) => one === undefined || facets[at] === one))
}

/** Actions that refused nothing. */
const LET_THROUGH: readonly string[] = ['observe', 'throttle']

function hoursOf({ from, to }: CountFilter): { readonly from: number; readonly to: number } {
  return { from: Math.floor(from / HOUR_MS), to: Math.ceil(to / HOUR_MS) }
}

function behindOf(db: DatabaseSync): number {
  const head = db.prepare('SELECT max(seq) AS seq FROM journal').get()?.['seq']
  return Math.max(Number(head ?? 0) - indexedSeq(db), 0)
}

function add(sums: Map<string, Count>, label: string, { entries, attempts }: Count): void {
  const known = sums.get(label)
  sums.set(label, {
    entries: entries + (known?.entries ?? 0),
    attempts: attempts + (known?.attempts ?? 0),
  })
}
