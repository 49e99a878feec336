import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { ProxyAgent, request } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Gate } from './open-gate.ts'
import { openGate } from './open-gate.ts'
import { BLOCK } from './scripted-plane.ts'

const run = promisify(execFile)

let origin: Server
let port: number
let gate: Gate

beforeAll(async () => {
  origin = createServer((asked, response) => {
    response.setHeader('x-via', asked.headers.via ?? '')
    if (asked.method === 'POST') asked.pipe(response)
    else response.end(`${asked.method ?? ''} ${asked.url ?? ''}`)
  })
  origin.listen(0, '127.0.0.1')
  await once(origin, 'listening')
  port = (origin.address() as AddressInfo).port
  gate = await openGate({ config: { connectPorts: [port] } })
  gate.plane.decide = (host) => (host === 'bad.test' ? BLOCK : {})
})

afterAll(async () => {
  await gate.service.close()
  origin.closeAllConnections()
  origin.close()
})

/** What curl prints; `-sS` is given, and the proxy. */
async function curl(...args: string[]): Promise<string> {
  const proxy = `http://127.0.0.1:${gate.proxy.port}`
  return (await run('curl', ['-sS', '--max-time', '10', '-x', proxy, ...args])).stdout
}

test.each([
  ['GET', ['/a?b'], 'GET /a?b'],
  ['HTTP/1.0', ['-0', '/'], 'GET /'],
  ['an upload', ['-d', 'hello', '/'], 'hello'],
  ['a chunked upload', ['-H', 'Transfer-Encoding: chunked', '-d', 'hello', '/'], 'hello'],
  ['an upload that waits for 100', ['-H', 'Expect: 100-continue', '-d', 'hello', '/'], 'hello'],
  ['plain HTTP through a tunnel', ['-p', '/t'], 'GET /t'],
  ['another method', ['-X', 'PROPFIND', '/'], 'PROPFIND /'],
])('curl: %s', async (_name, args, answer) => {
  const url = `http://site.test:${port}${args.at(-1) ?? ''}`
  expect(await curl(...args.slice(0, -1), url)).toBe(answer)
})

test('curl: three requests, one connection to the gate', async () => {
  const url = `http://site.test:${port}/`
  const written = await curl(
    '-o',
    '/dev/null',
    '-w',
    '%{num_connects}',
    ...[url, '-o', '/dev/null', url],
  )
  expect(written).toBe('10')
})

test('curl: a refused tunnel is a 403 of the proxy', async () => {
  const asked = curl('-w', '%{http_connect}', 'https://bad.test/')
  await expect(asked).rejects.toMatchObject({ stdout: '403' })
})

test.each([false, true])('undici’s ProxyAgent, with a tunnel: %s', async (proxyTunnel) => {
  const agent = new ProxyAgent({ uri: `http://127.0.0.1:${gate.proxy.port}`, proxyTunnel })
  const url = `http://site.test:${port}/u`
  const got = await request(url, { dispatcher: agent })
  expect(await got.body.text()).toBe('GET /u')
  expect(got.headers['x-via']).toBe(proxyTunnel ? '' : '1.1 schoolgate')
  const sent = await request(url, { dispatcher: agent, method: 'POST', body: 'hello' })
  expect(await sent.body.text()).toBe('hello')
  await agent.close()
})
