import { createTransport } from 'nodemailer'
import type { Deliver } from './outbox.ts'

export interface MailSettings {
  readonly host: string
  readonly port: number
  /** `tls` from the first octet, `starttls` demanded, `none` for a relay on this machine. */
  readonly security: 'tls' | 'starttls' | 'none'
  readonly user: string | null
  readonly password: string | null
  /** The address that mails come from. */
  readonly from: string
  /** PEM of the authority that signed the server's certificate; null for the public ones. */
  readonly ca: string | null
}

/** A server that hangs must not keep the next alert waiting for a minute. */
const TIMEOUT_MS = 10_000

/** Sends mails through a server, one connection each: alerts are few. */
export function mailSender(settings: MailSettings): Deliver {
  const { host, port, security, user, password, from, ca } = settings
  const transport = createTransport({
    ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls' },
    ignoreTLS: security === 'none',
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    ...(ca === null ? {} : { tls: { ca } }),
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    // A text is what we send: nothing may be read from a file or fetched for it.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  })
  return async ({ id, target, subject, body }) => {
    await transport.sendMail({
      ...{ from, to: target, subject, text: body },
      // The same over all tries: a mail system drops the second copy.
      messageId: `<${id}@${from.slice(from.indexOf('@') + 1).replace(/>$/, '')}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  }
}
