import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AlertSettings } from '../records/alerts/journal-alerts.ts'
import type { MailSettings } from '../records/alerts/send-mail.ts'
import type { Webhook } from '../records/alerts/send-webhook.ts'
import type { Policy } from '../rules/policy/policy.ts'
import { parseClock } from '../rules/time/clock-text.ts'
import type { Config } from './config.ts'

/**
 * How a gate alerts, secrets read from their files; a text says which file is not as it must be. Name
 * and time zone of the school are those of the start.
 */
export function alertSettingsOf(
  { alerts, dashboard }: Config,
  directory: string,
  { school, time }: Policy,
): AlertSettings | string {
  const { quietHours, digestAt, recipients } = alerts
  const mail = mailOf(alerts.mail, directory)
  if (typeof mail === 'string') return mail
  const webhooks = webhooksOf(alerts.webhooks, directory)
  if (typeof webhooks === 'string') return webhooks
  return {
    school: school.name,
    timezone: time.timezone,
    dashboardUrl: dashboard.publicUrl,
    quiet: quietHours && { from: secondsOf(quietHours.from), to: secondsOf(quietHours.to) },
    digestAt: secondsOf(digestAt),
    mailboxes: recipients,
    mail,
    webhooks,
  }
}

/** The schema lets no other text in. */
function secondsOf(clock: string): number {
  return parseClock(clock) ?? 0
}

function mailOf(mail: Config['alerts']['mail'], directory: string): MailSettings | null | string {
  if (mail === null) return null
  const { host, port, from, security, userFile, passwordFile, caFile } = mail
  const [user, password] = [secretOf(userFile, directory), secretOf(passwordFile, directory)]
  const ca = caFile === null ? null : contentOf(resolve(directory, caFile))
  for (const read of [user, password, ca])
    if (read !== null && 'problem' in read) return `alerts.mail: ${read.problem}`
  const textOf = (read: Content | null) => (read !== null && 'text' in read ? read.text : null)
  return {
    ...{ host, port, from, security },
    ...{ user: textOf(user), password: textOf(password), ca: textOf(ca) },
  }
}

function webhooksOf(
  webhooks: Config['alerts']['webhooks'],
  directory: string,
): readonly Webhook[] | string {
  const made: Webhook[] = []
  for (const { url, secretFile } of webhooks) {
    const secret = secretOf(secretFile, directory)
    if (secret === null || 'problem' in secret)
      return `alerts.webhooks: ${secret?.problem ?? 'no secret'}`
    made.push({ url, secret: secret.text })
  }
  return made
}

type Content = { readonly text: string } | { readonly problem: string }

/** The first line of a file that nobody else may read. */
function secretOf(name: string | null, directory: string): Content | null {
  if (name === null) return null
  const path = resolve(directory, name)
  const content = contentOf(path)
  if ('problem' in content) return content
  if ((statSync(path).mode & 0o077) !== 0)
    return { problem: `\`${path}\` can be read by others; make it private with chmod 600` }
  const text = content.text.split(/\r?\n/, 1)[0] ?? ''
  return text === '' ? { problem: `\`${path}\` has nothing on its first line` } : { text }
}

function contentOf(path: string): Content {
  try {
    return { text: readFileSync(path, 'utf8') }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return { problem: `cannot read \`${path}\`: ${why}` }
  }
}
