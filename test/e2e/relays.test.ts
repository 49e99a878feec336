import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { schoolFolder } from '../support/school-folder.ts'
import { GateProcess } from './gate-process.ts'

const run = promisify(execFile)
const [RELAY, STRANGER, PHONE] = ['127.9.9.1', '127.9.9.2', '127.10.20.7']

async function gateWithRelay(): Promise<GateProcess> {
  const relays = [`${RELAY}/32`]
  const set = { 'dns.relays': relays, 'http.relays': relays }
  const clock = '2026-11-24T10:00:00Z'
  return GateProcess.start({ config: schoolFolder().path('gate.yaml'), clock, set })
}

/** What the proxy answers to a connection from `from` that begins so. */
async function ask(gate: GateProcess, from: string, header: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect({ ...gate.http, localAddress: from })
  let answer = ''
  socket.on('data', (piece) => (answer += piece.toString()))
  socket.on('error', () => undefined)
  socket.on('close', () => {
    resolve(answer)
  })
  const fields = 'Host: bets.example\r\nAccept: text/html\r\nConnection: close\r\n\r\n'
  socket.write(`${header}GET http://bets.example/ HTTP/1.1\r\n${fields}`)
  return promise
}

test('a server that forwards says whose a question is, if it is trusted to, over UDP and TCP', async () => {
  await using gate = await gateWithRelay()
  const dig = async (from: string, ...more: readonly string[]) => {
    const to = [`-p${gate.dns.port}`, `@${gate.dns.host}`, '-b', from, '+timeout=10', '+tries=1']
    const { stdout } = await run('dig', [...to, ...more, 'bets.example'])
    return stdout
  }
  expect(await dig(PHONE)).toContain('category')
  for (const transport of ['+notcp', '+tcp']) {
    expect(await dig(RELAY, transport)).toContain('unregistered')
    expect(await dig(RELAY, transport, `+subnet=${PHONE}/32`)).toContain('category')
    expect(await dig(RELAY, transport, '+subnet=127.10.20.0/24')).toContain('unregistered')
    expect(await dig(STRANGER, transport, `+subnet=${PHONE}/32`)).toContain('unregistered')
  }
  const counted = (outcome: string) =>
    gate.metric(`schoolgate_relayed_total{kind="edns",outcome="${outcome}"}`)
  expect(await counted('taken')).toBe(2)
  expect(await counted('ignored')).toBe(2)
  expect(await counted('unnamed')).toBe(2)
})

test('a load balancer says whose a connection is, if it is trusted to', async () => {
  await using gate = await gateWithRelay()
  const header = `PROXY TCP4 ${PHONE} 127.0.0.1 51000 3128\r\n`
  const direct = await ask(gate, PHONE, '')
  const stranger = await ask(gate, STRANGER, '')
  expect(await ask(gate, RELAY, header)).toContain('gambling')
  expect(direct).toContain('gambling')
  expect(stranger).not.toContain('gambling')
  expect(await ask(gate, STRANGER, header)).toContain('HTTP/1.1 400')
  expect(await ask(gate, RELAY, '')).toBe('')
  const counted = (outcome: string) =>
    gate.metric(`schoolgate_relayed_total{kind="proxy_protocol",outcome="${outcome}"}`)
  expect(await counted('taken')).toBe(1)
  expect(await counted('ignored')).toBe(1)
  expect(await counted('malformed')).toBe(1)
})
