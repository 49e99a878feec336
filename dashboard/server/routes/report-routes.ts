import { z } from 'zod'
import { policyOf } from '../../../records/governance/judged-permission.ts'
import { overdueAt } from '../../../records/governance/review-deadline.ts'
import { countBy, type Count } from '../../../records/journal/journal-counts.ts'
import { findCategory } from '../../../rules/taxonomy/taxonomy.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { atMostFew } from '../few.ts'
import { route, type Desk } from '../route.ts'

const DAY_MS = 86_400_000
const MAX_ALERTS = 10_000

export const REPORT_ROUTES = [
  route({
    method: 'GET',
    url: '/api/reports/governors',
    access: 'reports.governors',
    summary:
      'The governors’ report: sums alone, and of fewer than five that they are fewer than five',
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(400).default(90) }),
    handle: async ({ query: { days }, desk, at }, { personRef }) => {
      const from = at - days * DAY_MS
      const gate = await desk.school.readGate()
      const incidents = await desk.school.withIncidents(personRef, (all) => all.counts())
      return {
        ...{ from: new Date(from).toISOString(), to: new Date(at).toISOString() },
        filtering: gate === null ? 'unknown' : gate.ready ? 'active' : 'failing',
        troubles: gate?.degraded.length ?? 0,
        byCategory: countsOf(desk, 'category', { from, to: at }).map((row) => ({
          ...row,
          label: findCategory(row.label)?.label ?? row.label,
        })),
        byRole: countsOf(desk, 'role', { from, to: at }),
        changes: changesOf(desk, at),
        alerts: alertsOf(desk, from),
        incidents: incidents.map(({ count, ...label }) => ({ ...label, count: atMostFew(count) })),
      }
    },
  }),
]

interface Span {
  readonly from: number
  readonly to: number
}

function countsOf({ school }: Desk, by: 'category' | 'role', span: Span) {
  const counted = school.readJournal(({ db }) => countBy(db, by, span))
  const counts: readonly (readonly [string, Count])[] = [...(counted?.counts ?? [])]
  return counts
    .toSorted(([, a], [, b]) => b.attempts - a.attempts)
    .map(([label, { attempts }]) => ({ label, attempts: atMostFew(attempts) }))
}

/** Of what the school does, not of children: these numbers are shown as they are. */
function changesOf({ school }: Desk, at: number) {
  const register = school.register()
  const policy = policyOf(register)
  const time = policy === null ? null : new SchoolTime(policy.time)
  const isSchoolDay = (moment: number): boolean => time?.at(moment).dayKind !== 'closed'
  const overdue = [...register.queue.values()].filter((change) => {
    const by = overdueAt(change, isSchoolDay)
    return by !== null && by < at
  })
  const proposals = [...register.proposals.values()]
  return {
    waiting: proposals.filter(({ state }) => state === 'waiting').length,
    unreviewed: register.queue.size,
    overdue: overdue.length,
  }
}

function alertsOf({ school }: Desk, from: number) {
  const all = school.withAlerts((store) => store.newest(MAX_ALERTS)) ?? []
  const some = all.filter(({ openedAt }) => openedAt >= from)
  const unseen = some.filter(
    ({ acknowledgedBy, toldAt }) => toldAt !== null && acknowledgedBy === null,
  )
  return { opened: atMostFew(some.length), unseen: atMostFew(unseen.length) }
}
