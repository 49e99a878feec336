import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { readProof, RELAY_FIELD } from '../../../records/registration/relay-proof.ts'
import { openGate } from './open-gate.ts'

const KEY = new Uint8Array(32).fill(9)

interface Heard {
  readonly request: IncomingMessage
  readonly body: string
}

async function scene({ isUp = true } = {}) {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      heard.push({ request, body })
      response.end('the portal')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  if (!isUp) server.close()
  onTestFinished(() => {
    server.close()
  })
  const gate = await openGate({
    config: { portal: { host: '127.0.0.1', port } },
    deps: { portalKey: KEY },
  })
  onTestFinished(() => gate[Symbol.asyncDispose]())
  const ask = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${gate.page.port}${path}`, { redirect: 'manual', ...init })
  return { gate, heard, ask }
}

test('the portal is asked through the gate, which says who asks and lets nobody say it himself', async () => {
  const { gate, heard, ask } = await scene()
  const form = { method: 'POST', body: new URLSearchParams({ code: 'ABC' }) }
  const headers = { 'X-Schoolgate-Client': 'forged' }
  const answer = await ask('/portal/code?x=1', { ...form, headers })
  expect(await answer.text()).toBe('the portal')
  const [{ request, body } = expect.fail()] = heard
  expect([request.method, request.url, body]).toEqual(['POST', '/portal/code?x=1', 'code=ABC'])
  const field = String(request.headers[RELAY_FIELD])
  expect(readProof(field, KEY, gate.plane.now())).toMatchObject({ address: '127.0.0.1' })
})

test.each(['/portal', '/portal?code=A', '/portal/api'])('`%s` is the portal’s', async (path) => {
  const { ask } = await scene()
  expect(await (await ask(path)).text()).toBe('the portal')
})

test.each(['/portals', '/', '/why'])('`%s` is not', async (path) => {
  const { ask, heard } = await scene()
  await (await ask(path)).text()
  expect(heard).toEqual([])
})

test('with the portal down there is the gate’s own help page', async () => {
  const { ask } = await scene({ isUp: false })
  const answer = await ask('/portal')
  expect([answer.status, await answer.text()]).toEqual([
    200,
    expect.stringContaining('Getting this device online'),
  ])
})
