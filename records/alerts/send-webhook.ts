import { createHmac } from 'node:crypto'
import type { Deliver } from './outbox.ts'

export interface Webhook {
  readonly url: string
  readonly secret: string
}

const TIMEOUT_MS = 10_000

/**
 * Posts messages to the webhook they are for. The receiver checks `X-Schoolgate-Signature`, `v1=` and the
 * hex HMAC-SHA256 over timestamp, dot and body, refuses a timestamp that is minutes old, and
 * tells a repeat by `X-Schoolgate-Delivery`. `now` is epoch ms.
 */
export function webhookSender(webhooks: readonly Webhook[], now: () => number): Deliver {
  const secrets = new Map(webhooks.map(({ url, secret }) => [url, secret]))
  return async ({ id, target, body }) => {
    const secret = secrets.get(target)
    if (secret === undefined) throw new Error('this webhook is no longer configured')
    const timestamp = String(Math.floor(now() / 1000))
    const response = await fetch(target, {
      method: 'POST',
      body,
      headers: {
        'Content-Type': 'application/json',
        'X-Schoolgate-Delivery': id,
        'X-Schoolgate-Timestamp': timestamp,
        'X-Schoolgate-Signature': `v1=${signWebhook(secret, timestamp, body)}`,
      },
      // A redirect would carry a safeguarding matter to a place that nobody configured.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`answered ${response.status}`)
  }
}

export function signWebhook(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
}
