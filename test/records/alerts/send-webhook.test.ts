import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { signWebhook, webhookSender } from '../../../records/alerts/send-webhook.ts'
import { AT } from './sample-alerts.ts'

async function receiver(status: number, headers: Record<string, string> = {}) {
  const seen: { request: IncomingMessage; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      seen.push({ request, body })
      response.writeHead(status, headers).end('thanks')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}

const messageTo = (target: string) =>
  ({ id: 'id-1', channel: 'webhook', target, subject: '', body: '{"kind":"alert"}' }) as const

test('the receiver can check who sent it, when, and whether he has it already', async () => {
  const { seen, url } = await receiver(204)
  await webhookSender([{ url, secret: 'shared' }], () => AT)(messageTo(url))
  const headers: IncomingHttpHeaders = seen[0]?.request.headers ?? {}
  const timestamp = String(headers['x-schoolgate-timestamp'])
  expect(timestamp).toBe(String(AT / 1000))
  expect(headers['x-schoolgate-delivery']).toBe('id-1')
  expect(seen[0]?.body).toBe('{"kind":"alert"}')
  const signature = signWebhook('shared', timestamp, seen[0]?.body ?? '')
  expect(headers['x-schoolgate-signature']).toBe(`v1=${signature}`)
  expect(signWebhook('other', timestamp, seen[0]?.body ?? '')).not.toBe(signature)
})

test('an error of the receiver, a redirect and an unknown target are failures', async () => {
  const refusing = await receiver(503)
  const send = webhookSender([{ url: refusing.url, secret: 's' }], () => AT)
  await expect(send(messageTo(refusing.url))).rejects.toThrow('answered 503')
  const moved = await receiver(307, { Location: refusing.url })
  const follow = webhookSender([{ url: moved.url, secret: 's' }], () => AT)
  await expect(follow(messageTo(moved.url))).rejects.toThrow()
  expect(refusing.seen).toHaveLength(1)
  await expect(send(messageTo('http://127.0.0.1:1/'))).rejects.toThrow(/no longer configured/)
})
