import { z } from 'zod'
import { MIN_REASON_LETTERS } from '../../../records/ledger/entry.ts'
import { countBy, countByDay } from '../../../records/journal/journal-counts.ts'
import type { JournalFilter } from '../../../records/journal/journal-search.ts'
import type {
  JournalView,
  Look,
  ViewedPage,
  ViewedRow,
} from '../../../records/journal/journal-view.ts'
import { viewerOf } from '../../../records/journal/viewer-pseudonyms.ts'
import { atMostFew } from '../few.ts'
import { lookingAs } from '../looking-as.ts'
import type { Scope } from '../permissions.ts'
import { ProblemError } from '../problem.ts'
import { route, type Desk } from '../route.ts'

const instant = z.iso.datetime({ offset: true })
const word = z.string().min(1).max(200)

const filter = {
  ...{ from: instant.optional(), to: instant.optional() },
  ...{ text: word.optional(), host: word.optional(), device_id: word.optional() },
  ...{ block_ref: word.optional(), role: word.optional(), category: word.optional() },
  ...{ reason_code: word.optional(), severity: word.optional(), zone: word.optional() },
  ...{ action: word.optional(), grade: word.optional() },
  /** One person, `year:9` for everybody of that year, or `class:9b/Sc1`. */
  person: word.optional(),
}

const PAGE = 100
const DAY_MS = 86_400_000

export const ATTEMPT_ROUTES = [
  route({
    method: 'GET',
    url: '/api/attempts',
    access: 'attempts.read',
    summary: 'What the gate refused, newest first; names only for those who may see them',
    query: z.strictObject({
      ...filter,
      /** Why names are looked at; noted with the view. */
      reason: z.string().max(500).optional(),
      cursor: z.coerce.number().int().min(1).optional(),
    }),
    handle: ({ query, desk, at }, { personRef, duties }) => {
      const role = lookingAs(duties)
      const { reason = null, cursor, ...asked } = query
      const found = desk.school.readJournal(({ view }) =>
        view.search(
          filterOf(asked, desk),
          { limit: PAGE, ...(cursor !== undefined && { cursor }) },
          { viewer: personRef, role, at, reason: reason ?? 'page of blocked attempts' },
        ),
      )
      if (typeof found === 'string') throw new ProblemError('bad_request', found)
      return {
        named: viewerOf(role).isNamed,
        rows: found?.rows ?? [],
        cursor: found?.cursor ?? null,
      }
    },
  }),
  route({
    method: 'GET',
    url: '/api/attempts/people',
    access: 'attempts.read',
    summary: 'Who is behind the attempts that fit, with how often: one row a person',
    query: z.strictObject({ ...filter, reason: z.string().max(500).optional() }),
    handle: ({ query, desk, at }, { personRef, duties }) => {
      const role = lookingAs(duties)
      const { reason = 'people behind blocked attempts', ...asked } = query
      const look = { viewer: personRef, role, at, reason }
      const found = desk.school.readJournal(({ view }) =>
        peopleBehind(view, { filter: filterOf(asked, desk), look }),
      )
      if (typeof found === 'string') throw new ProblemError('bad_request', found)
      return { named: viewerOf(role).isNamed, ...(found ?? { people: [], isWhole: true }) }
    },
  }),
  route({
    method: 'GET',
    url: '/api/attempts/counts',
    access: 'attempts.count',
    summary: 'How many attempts, by one thing, in the last days',
    query: z.strictObject({
      by: z.enum(['role', 'category', 'severity', 'action', 'day']),
      days: z.coerce.number().int().min(1).max(400).default(7),
      role: word.optional(),
      category: word.optional(),
    }),
    handle: ({ query, desk, at, scope }) => {
      const { by, days, role, category } = query
      const span = { from: at - days * DAY_MS, to: at }
      const wanted = { ...span, ...(role && { role }), ...(category && { category }) }
      const counted = desk.school.readJournal(({ db }) =>
        by === 'day' ? countByDay(db, wanted, dayOf) : countBy(db, by, wanted),
      )
      const counts = [...(counted?.counts ?? [])]
      return {
        counts: counts.map(([label, { entries, attempts }]) => ({
          label,
          entries: shown(entries, scope),
          attempts: shown(attempts, scope),
        })),
        behind: counted?.behind ?? 0,
      }
    },
  }),
  route({
    method: 'POST',
    url: '/api/attempts/unmask',
    access: 'attempts.read',
    summary: 'Ask who is behind a pseudonym: the safeguarding lead agrees first',
    body: z.strictObject({ pseudonym: word, seenAt: instant, reason: z.string().max(500) }),
    handle: async ({ body, desk, at }, { personRef, duties }) => {
      if (body.reason.trim().length < MIN_REASON_LETTERS)
        throw new ProblemError('refused', `say why, in ${MIN_REASON_LETTERS} letters or more`)
      const after = { viewer_class: viewerOf(lookingAs(duties)).name, seen_at: body.seenAt }
      const edits = [{ kind: 'unmask.put' as const, objectId: body.pseudonym, after }]
      const change = { basedOn: desk.school.register().headSeq, reason: body.reason, edits }
      const outcome = await desk.school.desk.submit(change, personRef, at)
      if ('message' in outcome) throw new ProblemError('refused', outcome.message)
      return outcome
    },
  }),
]

/** Whoever sees sums alone must not learn of one child from them (V38). */
function shown(count: number, scope: Scope): number | string {
  return scope === 'masked' ? atMostFew(count) : count
}

/** Read for one answer; a question that fits more is asked of fewer days. */
const MAX_PAGES = 20
const PEOPLE_PAGE = 500

interface PersonAttempts {
  readonly person_ref: unknown
  readonly name: string | null
  readonly role: unknown
  attempts: number
  readonly last: unknown
  readonly hosts: Set<string>
}

/** Newest first; hosts are named so that one look answers what it was. */
function peopleBehind(
  view: JournalView,
  { filter: wanted, look }: { readonly filter: JournalFilter; readonly look: Look },
) {
  const people = new Map<unknown, PersonAttempts>()
  let cursor: number | null = null
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page: ViewedPage | string = view.search(wanted, { limit: PEOPLE_PAGE, cursor }, look)
    if (typeof page === 'string') return page
    for (const row of page.rows) addAttempt(people, row)
    cursor = page.cursor
    if (cursor === null) break
  }
  const rows = [...people.values()].map((one) => ({ ...one, hosts: [...one.hosts] }))
  return { people: rows.toSorted((a, b) => b.attempts - a.attempts), isWhole: cursor === null }
}

/** More hosts of one person are read in the list itself. */
const HOSTS_NAMED = 5

function addAttempt(people: Map<unknown, PersonAttempts>, row: ViewedRow): void {
  const { person_ref, name, role, ts, host, repeat_count: times } = row
  const known = people.get(person_ref)
  const one = known ?? { person_ref, name, role, attempts: 0, last: ts, hosts: new Set() }
  one.attempts += Number(times)
  if (one.hosts.size < HOSTS_NAMED) one.hosts.add(String(host))
  people.set(person_ref, one)
}

function filterOf(
  { person, ...rest }: Readonly<Record<string, string | undefined>>,
  desk: Desk,
): JournalFilter {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  if (person === undefined) return given
  const group = /^class:(.+)$/.exec(person)?.[1]
  const pupils = desk.school.register().classes.get(group ?? '')?.pupils ?? []
  if (group !== undefined) return { ...given, person_ref: pupils }
  const year = /^year:(\d{1,2})$/.exec(person)?.[1]
  return { ...given, person_ref: year === undefined ? [person] : ofYear(Number(year), desk) }
}

/** A school may keep the year with the person or with the device that he was given. */
function ofYear(year: number, { school }: Desk): readonly string[] {
  const { people, devices } = school.register()
  const inIt = [...people].filter(([, facts]) => facts.year === year).map(([ref]) => ref)
  const owners = [...devices.values()].flatMap(({ personRef, ...device }) =>
    device.year === year && personRef !== null ? [personRef] : [],
  )
  return [...new Set([...inIt, ...owners])]
}

/** UTC days are near enough for a chart of weeks; reports count by the school's. */
function dayOf(hour: number): string {
  return new Date(hour).toISOString().slice(0, 10)
}
