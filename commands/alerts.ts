import type { DatabaseSync } from 'node:sqlite'
import { AlertStore, type Alert } from '../records/alerts/alert-store.ts'
import { answersFor } from '../records/alerts/alert-rights.ts'
import type { Actor } from '../records/incidents/incident.ts'
import { inTransaction, StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, type Parsed } from './arguments.ts'
import { recordsOf } from './backup.ts'
import { ALERT_OPTIONS, openAlerts, signatureOf, type AlertDeps } from './open-alerts.ts'

const USAGE = `usage: schoolgate alerts list --actor PERSON_REF (--records DIR | --config FILE)
       schoolgate alerts acknowledge ID --actor PERSON_REF --reason TEXT (--records DIR | --config FILE)
Until people sign in at the dashboard, whoever may write DIR acts as the person that he names.`

/** More is read in the dashboard, or by the incident. */
const LISTED = 100

/** `alerts list|acknowledge`: exit code 0 done, 1 not done, 2 wrong usage. */
export function alerts(args: readonly string[], deps: AlertDeps): Promise<number> {
  return Promise.resolve(run(args, deps))
}

function run(args: readonly string[], deps: AlertDeps): number {
  const call = parseCall(args, deps)
  if (typeof call === 'string') {
    deps.err(call === '' ? USAGE : `${call}\n${USAGE}`)
    return EXIT.usage
  }
  try {
    const signed = signatureOf(call.parsed, call.directory, { deps, isRead: call.id === null })
    if (typeof signed === 'string') {
      deps.err(`${signed}\n${USAGE}`)
      return EXIT.usage
    }
    using opened = openAlerts(call.directory, { readOnly: call.id === null })
    const { db } = opened
    return call.id === null
      ? list(db, signed.by, deps)
      : acknowledge(call.id, { ...signed, db }, deps)
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

interface Call {
  /** Null for the list. */
  readonly id: string | null
  readonly directory: string
  readonly parsed: Parsed
}

function parseCall(args: readonly string[], { resolveRecords }: AlertDeps): Call | string {
  const parsed = readArguments(args, ALERT_OPTIONS)
  if (typeof parsed === 'string') return parsed
  const [verb, id = null, ...rest] = parsed.positionals
  const isKnown = id === null ? verb === 'list' : verb === 'acknowledge'
  if (!isKnown || rest.length > 0) return ''
  const [records, config] = [textOf(parsed, 'records'), textOf(parsed, 'config')]
  const place = recordsOf({ records, config }, resolveRecords)
  return 'problem' in place ? place.problem : { id, directory: place.directory, parsed }
}

function list(db: DatabaseSync, by: Actor, { out }: AlertDeps): number {
  for (const alert of new AlertStore(db).newest(LISTED))
    if (answersFor(alert, by)) out(describeAlert(alert))
  return EXIT.done
}

function acknowledge(
  id: string,
  { db, by, reason }: { readonly db: DatabaseSync; readonly by: Actor; readonly reason: string },
  { out, err, now }: AlertDeps,
): number {
  const store = new AlertStore(db)
  const refusal = inTransaction(db, () => {
    const alert = store.find(id)
    // The same answer to a stranger: it must not say whether there is one.
    if (alert === undefined || !answersFor(alert, by))
      return `there is no alert \`${id}\` among yours`
    if (!store.acknowledge(id, by.personRef, now())) return 'somebody has acknowledged it before'
    store.note(id, { at: now(), kind: 'reason', detail: reason })
    return null
  })
  if (refusal === null) out(`${id}: acknowledged by ${by.personRef}`)
  else err(refusal)
  return refusal === null ? EXIT.done : EXIT.no
}

function describeAlert(alert: Alert): string {
  const { id, openedAt, severity, detail, count, duties, topic, acknowledgedBy } = alert
  const who = alert.personRef ?? alert.deviceId ?? alert.ip ?? 'the gate'
  const times = count === 1 ? '' : `, ${count} attempts`
  const state =
    acknowledgedBy === null
      ? `for ${duties.join(', ')}${topic === null ? '' : ', explained by a topic'}`
      : `acknowledged by ${acknowledgedBy}`
  return `${id}  ${new Date(openedAt).toISOString()}  [${severity}] ${who}: ${detail}${times}; ${state}`
}
