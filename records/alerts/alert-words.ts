import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { Alert } from './alert-store.ts'

/** What the words need to know of the school. */
export interface WordSettings {
  readonly school: string
  readonly dashboardUrl: string | null
  /** A time as the school's clock shows it. */
  readonly time: (at: number) => string
}

export interface Words {
  readonly subject: string
  readonly body: string
}

/** How many alerts a digest spells out. */
const DIGEST_LINES = 200

/**
 * An alert as a mail: references instead of names, and never the site, because mail is read by others
 * and somebody would click it; whoever may know looks it up in the dashboard.
 */
export function alertWords(alert: Alert, settings: WordSettings, isReminder: boolean): Words {
  const { severity, detail, count } = alert
  const again = isReminder ? 'Nobody has acknowledged this yet. ' : ''
  const lines = [
    `${again}${whoIn(alert)}: ${detail}.`,
    '',
    `When: ${settings.time(alert.openedAt)}${count > 1 ? ` to ${settings.time(alert.lastAt)}, ${count} attempts` : ''}`,
    ...(alert.zone === null ? [] : [`Where: zone ${alert.zone}`]),
    `Severity: ${severity}`,
    `Alert: ${alert.id}`,
    ...placeIn(settings),
  ]
  const kind = isReminder ? 'Reminder, alert' : 'Alert'
  const label = alert.category === null ? alert.rule.replaceAll('_', ' ') : labelOf(alert.category)
  return { subject: `[${severity}] ${kind}: ${label} (${settings.school})`, body: lines.join('\n') }
}

/** The same as JSON for a machine. */
export function alertJson(alert: Alert, kind: 'alert' | 'reminder'): string {
  const { id, rule, severity, personRef, role, deviceId, zone, category, detail } = alert
  return JSON.stringify({
    ...{
      kind,
      id,
      rule,
      severity,
      person_ref: personRef,
      role,
      device_id: deviceId,
      zone,
      category,
    },
    ...{ detail, opened_at: new Date(alert.openedAt).toISOString(), count: alert.count },
  })
}

/** The day's summary for one recipient. */
export function digestWords(alerts: readonly Alert[], settings: WordSettings): Words {
  const explained = alerts.filter(({ topic }) => topic !== null)
  const urgent = alerts.filter((alert) => alert.topic === null && alert.urgency === 'now')
  const rest = alerts.filter((alert) => alert.topic === null && alert.urgency === 'digest')
  const section = (title: string, some: readonly Alert[]): string[] =>
    some.length === 0 ? [] : ['', title, ...linesOf(some, settings)]
  const lines = [
    alerts.length === 0
      ? 'Nothing to report since the last summary.'
      : `${alerts.length} alerts since the last summary.`,
    ...section('Told at once:', urgent),
    ...section('To look at:', rest),
    ...section('Explained by an announced teaching topic:', explained),
    ...placeIn(settings),
  ]
  return {
    subject: `Daily summary: ${alerts.length} alerts (${settings.school})`,
    body: lines.join('\n'),
  }
}

function linesOf(alerts: readonly Alert[], { time }: WordSettings): string[] {
  const lines = alerts.slice(0, DIGEST_LINES).map((alert) => {
    const seen = alert.acknowledgedAt === null && alert.toldAt !== null ? ', not acknowledged' : ''
    const times = alert.count === 1 ? 'once' : `${alert.count} attempts`
    return `- ${time(alert.openedAt)} ${whoIn(alert)}: ${alert.detail} (${times}, ${alert.severity}${seen})`
  })
  const more = alerts.length - lines.length
  return more > 0 ? [...lines, `- and ${more} more`] : lines
}

function whoIn({ personRef, role, deviceId, ip }: Alert): string {
  const who = personRef ?? deviceId ?? ip
  if (who === null) return 'The gate'
  return role === null ? who : `${who} (${role})`
}

function placeIn({ dashboardUrl }: WordSettings): string[] {
  return dashboardUrl === null ? [] : ['', `Details are in the dashboard: ${dashboardUrl}`]
}

function labelOf(category: string): string {
  return findCategory(category)?.label ?? category
}
