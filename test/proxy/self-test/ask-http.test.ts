import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { askHttp, readResponse } from '../../../proxy/self-test/ask-http.ts'

/** A proxy that answers each head with `answer`, and what it was asked. */
async function server(answer: string) {
  const asked: string[] = []
  const proxy = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (head: Buffer) => {
      asked.push(`${socket.remoteAddress ?? ''} ${head.toString().split('\r\n')[0] ?? ''}`)
      socket.end(answer)
    })
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    proxy.close()
  })
  return { asked, gate: { host: '127.0.0.1', port: (proxy.address() as AddressInfo).port } }
}

const ask = (gate: { host: string; port: number }, url: string) =>
  askHttp('127.255.1.2', gate, new URL(url))

const BLOCKED = 'HTTP/1.1 403 Forbidden\r\n\r\n{"action":"block","reason_code":"site"}'

test('a refusal has its reason, asked from the self-test address, by GET or CONNECT', async () => {
  const { gate, asked } = await server(BLOCKED)
  expect(await ask(gate, 'http://a.example/x?y')).toEqual({ kind: 'refused', reason: 'site' })
  expect(await ask(gate, 'https://a.example/x')).toEqual({ kind: 'refused', reason: 'site' })
  expect(asked).toEqual([
    '127.255.1.2 GET http://a.example/x?y HTTP/1.1',
    '127.255.1.2 CONNECT a.example:443 HTTP/1.1',
  ])
})

const HEARD: readonly [says: string, answer: string, heard: object][] = [
  ['the site', 'HTTP/1.1 200 OK\r\n\r\n', { kind: 'open', detail: 'status 200' }],
  ['a gate whose upstream fails', 'HTTP/1.1 502 Bad Gateway\r\n\r\n', { kind: 'open' }],
  ['a warning', 'HTTP/1.1 403 F\r\n\r\n<h1>Think before you go on</h1>', { kind: 'warned' }],
  ['a site that refuses itself', 'HTTP/1.1 403 F\r\n\r\nno', { kind: 'open' }],
  ['nothing', '', { kind: 'unanswered', detail: 'closed without an answer' }],
]

test.each(HEARD)('%s is heard as what it is', async (_says, answer, heard) => {
  const { gate } = await server(answer)
  expect(await ask(gate, 'http://a.example/')).toMatchObject(heard)
})

test('a port where nobody listens is not answered, half a head is not told yet', async () => {
  const { gate } = await server('')
  expect(await askHttp('192.0.2.1', gate, new URL('http://a/'))).toMatchObject({
    kind: 'unanswered',
  })
  expect(readResponse('HTTP/1.1 403 F\r\n\r\n{"reason', { isWhole: false })).toBeNull()
})
