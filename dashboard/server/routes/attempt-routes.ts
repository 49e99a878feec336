import { z } from 'zod'
import { MIN_REASON_LETTERS } from '../../../records/ledger/entry.ts'
import { countBy, countByDay } from '../../../records/journal/journal-counts.ts'
import type { JournalFilter } from '../../../records/journal/journal-search.ts'
import { viewerOf } from '../../../records/journal/viewer-pseudonyms.ts'
import type { Duty } from '../../../records/governance/governance-state.ts'
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
  /** One person, or `year:9` for everybody of that year. */
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
  return scope === 'masked' && count > 0 && count < FEW ? `<${FEW}` : count
}

const FEW = 5

/** Whose eyes a person looks with: a duty that sees names before one that does not. */
function lookingAs(duties: readonly Duty[]): string {
  return duties.find((duty) => viewerOf(duty).isNamed) ?? duties[0] ?? 'nobody'
}

function filterOf(
  { person, ...rest }: Readonly<Record<string, string | undefined>>,
  desk: Desk,
): JournalFilter {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  if (person === undefined) return given
  const year = /^year:(\d{1,2})$/.exec(person)?.[1]
  return { ...given, person_ref: year === undefined ? [person] : ofYear(Number(year), desk) }
}

function ofYear(year: number, { school }: Desk): readonly string[] {
  return [...school.register().people]
    .filter(([, facts]) => facts.year === year)
    .map(([ref]) => ref)
}

/** UTC days are near enough for a chart of weeks; reports count by the school's. */
function dayOf(hour: number): string {
  return new Date(hour).toISOString().slice(0, 10)
}
