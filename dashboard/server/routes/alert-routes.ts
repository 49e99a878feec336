import { z } from 'zod'
import { answersFor } from '../../../records/alerts/alert-rights.ts'
import { officesAmong } from '../../../records/alerts/duty-table.ts'
import { MIN_REASON_LETTERS } from '../../../records/ledger/entry.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'

/** More is read in the journal. */
const LISTED = 200

export const ALERT_ROUTES = [
  route({
    method: 'GET',
    url: '/api/alerts',
    access: 'alerts.read',
    summary: 'Alerts for your duties, newest first',
    handle: ({ desk }, actor) => {
      const by = { personRef: actor.personRef, duties: officesAmong(actor.duties) }
      const { nameOf } = desk.school
      const alerts = desk.school.withAlerts((store) => store.newest(LISTED)) ?? []
      return {
        alerts: alerts
          .filter((alert) => answersFor(alert, by))
          .map((alert) => ({
            ...alert,
            name: alert.personRef === null ? null : nameOf(alert.personRef),
            acknowledgedName: alert.acknowledgedBy === null ? null : nameOf(alert.acknowledgedBy),
          })),
      }
    },
  }),
  route({
    method: 'POST',
    url: '/api/alerts/:id/acknowledge',
    access: 'alerts.acknowledge',
    summary: 'Say that you have seen an alert and what you do about it',
    params: z.strictObject({ id: z.string().min(1).max(40) }),
    body: z.strictObject({ reason: z.string().max(500) }),
    handle: ({ params, body, desk, at }, actor) => {
      if (body.reason.trim().length < MIN_REASON_LETTERS)
        throw new ProblemError(
          'refused',
          `say what you do, in ${MIN_REASON_LETTERS} letters or more`,
        )
      const by = { personRef: actor.personRef, duties: officesAmong(actor.duties) }
      const refusal = desk.school.withAlerts((store) => {
        const alert = store.find(params.id)
        // The same answer to a stranger: it must not say whether there is one.
        if (alert === undefined || !answersFor(alert, by))
          return 'there is no such alert among yours'
        if (!store.acknowledge(params.id, by.personRef, at))
          return 'somebody has acknowledged it before'
        store.note(params.id, { at, kind: 'reason', detail: body.reason })
        return undefined
      })
      if (refusal === null) throw new ProblemError('not_found', 'there are no alerts yet')
      if (refusal !== undefined) throw new ProblemError('refused', refusal)
    },
  }),
]
