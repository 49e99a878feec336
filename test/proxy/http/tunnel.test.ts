import { expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { openGate } from './open-gate.ts'
import { RawClient, exchange } from './raw-client.ts'
import { RawOrigin } from './raw-origin.ts'
import { BLOCK, WARN } from './scripted-plane.ts'

function connectTo(authority: string): string {
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`
}

test('a tunnel carries bytes both ways, those sent before it stood too, and counts them', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openGate({ config: { connectPorts: [origin.port] } })
  const client = await RawClient.to(gate.proxy)
  client.say(`${connectTo(origin.authority)}early`)
  const there = await origin.connection(0)
  await there.hears('early')
  await client.hears('HTTP/1.1 200 Connection established\r\n\r\n')
  there.say('answer')
  await client.hears('answer')
  expect(gate.plane.metric('schoolgate_tunnels_open')).toBe(1)
  expect(gate.plane.metric('schoolgate_tunnel_bytes_total', { direction: 'up' })).toBe(5)
  expect(gate.plane.metric('schoolgate_tunnel_bytes_total', { direction: 'down' })).toBe(6)
  client.socket.destroy()
  await there.untilEnd()
  await until(
    () => gate.plane.metric('schoolgate_tunnels_open'),
    (open) => open === 0,
  )
})

test('a half-close goes through, and the other direction goes on', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openGate({ config: { connectPorts: [origin.port] } })
  const client = await RawClient.to(gate.proxy)
  client.say(connectTo(origin.authority))
  await client.hears('\r\n\r\n')
  const there = await origin.connection(0)
  client.say('question').socket.end()
  await there.hears('question')
  await until(
    () => there.end,
    (end) => end === 'fin',
  )
  there.say('answer').socket.end()
  const { received, end } = await client.untilEnd()
  expect(received.endsWith('answer')).toBe(true)
  expect(end).toBe('fin')
  await until(
    () => gate.plane.metric('schoolgate_tunnels_open'),
    (open) => open === 0,
  )
})

test('a reset of the origin is a reset for the client, never a clean end', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openGate({ config: { connectPorts: [origin.port] } })
  const client = await RawClient.to(gate.proxy)
  client.say(connectTo(origin.authority))
  await client.hears('\r\n\r\n')
  ;(await origin.connection(0)).socket.resetAndDestroy()
  expect((await client.untilEnd()).end).toBe('reset')
})

test('a refused host gets the page and is recorded; the connection stays usable', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => BLOCK
  const client = await RawClient.to(gate.proxy)
  client.say(connectTo('bad.test:443'))
  await client.hears(/403 Forbidden.*<\/html>/s)
  client.say(connectTo('bad.test:443'))
  await client.hears(/403 Forbidden.*<\/html>.*403 Forbidden.*<\/html>/s)
  expect(gate.plane.connections.map(({ layer, host, path }) => `${layer} ${host}${path}`)).toEqual([
    'connect bad.test',
    'connect bad.test',
  ])
  expect(gate.plane.counted).toEqual(['block bad.test', 'block bad.test'])
  expect(
    gate.plane.metric('schoolgate_http_requests_total', {
      kind: 'connect',
      verdict: 'block',
      reason: 'category',
    }),
  ).toBe(2)
  client.socket.destroy()
})

test('a host that warns gets its tunnel: there is no page to show', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openGate({ config: { connectPorts: [origin.port] } })
  gate.plane.decide = () => WARN
  const client = await RawClient.to(gate.proxy)
  await client.say(connectTo(origin.authority)).hears('200 Connection established')
  client.socket.destroy()
})

test.each([
  ['a port that is not open', 'a.test:8443', 403],
  ['nobody listening', 'a.test:443', 502],
  ['no port', 'a.test', 400],
  ['port 0', 'a.test:0', 400],
  ['port 65536', 'a.test:65536', 400],
  ['a URL in place of an authority', 'http://a.test:443/', 400],
  ['a path behind the port', 'a.test:443/x', 400],
  ['user information', 'u@a.test:443', 400],
])('CONNECT to %s', async (_name, authority, status) => {
  await using gate = await openGate()
  const { received } = await exchange(
    gate.proxy,
    `CONNECT ${authority} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  )
  expect(received.slice(0, 12)).toBe(`HTTP/1.1 ${status}`)
})

test('recheck cuts tunnels, exchanges and idle clients that are forbidden now, and no others', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openGate({ config: { connectPorts: [origin.port] } })
  const say = async (text: string): Promise<RawClient> => (await RawClient.to(gate.proxy)).say(text)
  const url = (host: string): string =>
    `GET http://${host}:${origin.port}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`
  const doomedTunnel = await say(connectTo(`games.test:${origin.port}`))
  await doomedTunnel.hears('established')
  const keptTunnel = await say(connectTo(`maths.test:${origin.port}`))
  await keptTunnel.hears('established')
  const doomedAnswer = await say(url('games.test'))
  ;(await origin.connection(2)).say('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')
  await doomedAnswer.hears('half')
  const doomedIdle = await say(url('games.test'))
  ;(await origin.connection(3)).say('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfull')
  await doomedIdle.hears('full')
  const keptIdle = await say(url('maths.test'))
  ;(await origin.connection(4)).say('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfull')
  await keptIdle.hears('full')
  expect(gate.service.recheck()).toBe(0)
  gate.plane.decide = (host) => (host === 'games.test' ? BLOCK : {})
  expect(gate.service.recheck()).toBe(3)
  expect((await doomedTunnel.untilEnd()).end).toBe('reset')
  expect((await doomedAnswer.untilEnd()).end).toBe('reset')
  await doomedIdle.untilEnd()
  ;(await origin.connection(1)).say('still here')
  await keptTunnel.hears('still here')
  keptIdle.say(url('maths.test'))
  await (await origin.connection(4)).hears(/GET [\s\S]*GET /)
  expect(gate.plane.metric('schoolgate_http_cut_total')).toBe(3)
  keptTunnel.socket.destroy()
  keptIdle.socket.destroy()
})

test('recheck leaves a client alone whose last request was refused anyway', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => BLOCK
  const client = await RawClient.to(gate.proxy)
  await client.say('GET http://bad.test/ HTTP/1.1\r\nHost: x\r\n\r\n').hears('</html>')
  expect(gate.service.recheck()).toBe(0)
  client.socket.destroy()
})

test('drain lets a tunnel go on for its time, then cuts it; new clients are not taken', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openGate({ config: { connectPorts: [origin.port] } })
  const tunnel = await RawClient.to(gate.proxy)
  await tunnel.say(connectTo(origin.authority)).hears('established')
  const idle = await RawClient.to(gate.proxy)
  await idle.say('GET http://schoolgate.internal/ HTTP/1.1\r\nHost: x\r\n\r\n').hears('</html>')
  const drained = gate.service.drain(300)
  await idle.untilEnd()
  ;(await origin.connection(0)).say('still going')
  await tunnel.hears('still going')
  await expect(RawClient.to(gate.proxy)).rejects.toThrow('ECONNREFUSED')
  await drained
  expect((await tunnel.untilEnd()).end).toBe('reset')
})

test('drain ends as soon as the last exchange has ended', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openGate()
  const client = await RawClient.to(gate.proxy)
  client.say(`GET http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  const there = await origin.connection(0)
  await there.hears('\r\n\r\n')
  const drained = gate.service.drain(60_000)
  there.say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  expect((await client.untilEnd()).received.endsWith('ok')).toBe(true)
  await drained
})
