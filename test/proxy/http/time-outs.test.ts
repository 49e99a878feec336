import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { openGate } from './open-gate.ts'
import { RawClient } from './raw-client.ts'
import { RawOrigin } from './raw-origin.ts'

const SWEEP = { sweepMs: 10 }

test('a head that drips in is answered 408 however busy the drip is', async () => {
  await using gate = await openGate({ deps: { timeouts: { ...SWEEP, headMs: 150 } } })
  const client = await RawClient.to(gate.proxy)
  client.say('GET http://a.test/ HTTP/1.1\r\n')
  const drip = setInterval(() => {
    client.say('X: y\r\n')
  }, 20)
  const { received } = await client.untilEnd()
  clearInterval(drip)
  expect(received).toMatch(/^HTTP\/1\.1 408 /)
})

test('a client that asks nothing is let go', async () => {
  await using gate = await openGate({ deps: { timeouts: { ...SWEEP, headMs: 50 } } })
  const client = await RawClient.to(gate.proxy)
  expect((await client.untilEnd()).received).toBe('')
})

test('a kept-alive client is let go after its idle time', async () => {
  await using gate = await openGate({ deps: { timeouts: { ...SWEEP, clientIdleMs: 50 } } })
  const client = await RawClient.to(gate.proxy)
  client.say('GET http://schoolgate.internal/ HTTP/1.1\r\nHost: x\r\n\r\n')
  expect((await client.untilEnd()).received).toContain('</html>')
})

test('an origin that never answers is a 504', async () => {
  await using gate = await openGate({ deps: { timeouts: { ...SWEEP, silenceMs: 80 } } })
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(`GET http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  await client.hears('HTTP/1.1 504 Gateway Timeout')
  await (await origin.connection(0)).untilEnd()
  client.socket.destroy()
})

test('an answer that stalls in the middle is cut short', async () => {
  await using gate = await openGate({ deps: { timeouts: { ...SWEEP, silenceMs: 80 } } })
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(`GET http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  ;(await origin.connection(0)).say('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')
  expect((await client.untilEnd()).received.endsWith('half')).toBe(true)
})

test('an idle tunnel is ended, a busy one is not', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openGate({
    config: { connectPorts: [origin.port] },
    deps: { timeouts: { ...SWEEP, tunnelIdleMs: 120 } },
  })
  const connect = `CONNECT ${origin.authority} HTTP/1.1\r\nHost: x\r\n\r\n`
  const busy = await RawClient.to(gate.proxy)
  await busy.say(connect).hears('established')
  const started = performance.now()
  const drip = setInterval(() => {
    busy.say('.')
  }, 20)
  const idle = await RawClient.to(gate.proxy)
  await idle.say(connect).hears('established')
  await idle.untilEnd()
  await until(
    () => performance.now() - started,
    (ms) => ms > 300,
  )
  expect(busy.end).toBe(null)
  clearInterval(drip)
  await busy.untilEnd()
  expect(gate.plane.metric('schoolgate_tunnels_open')).toBe(0)
})

test('a pooled origin connection is closed after its idle time', async () => {
  await using gate = await openGate({ deps: { timeouts: { ...SWEEP, originIdleMs: 50 } } })
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(`GET http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  const there = await origin.connection(0)
  there.say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  await client.hears('ok')
  await there.untilEnd()
  client.socket.destroy()
})

test('a client that left while its origin is silent frees both after the half-closed time', async () => {
  await using gate = await openGate({ deps: { timeouts: { ...SWEEP, halfClosedMs: 60 } } })
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(`GET http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  const there = await origin.connection(0)
  await there.hears('\r\n\r\n')
  client.socket.end()
  await there.untilEnd()
  await client.untilEnd()
})

test('an address that takes no connection is a 504 after the connect time', async () => {
  // Listens, then never accepts: once its backlog is full the kernel drops every SYN.
  const deaf = spawn(process.execPath, [
    '-e',
    `const server = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`,
  ])
  const [said] = (await once(deaf.stdout, 'data')) as [Buffer]
  const port = Number(said.toString())
  const first = connect({ host: '127.0.0.1', port })
  await once(first, 'connect')
  const fillers = [first, ...[1, 2, 3].map(() => connect({ host: '127.0.0.1', port }))]
  for (const filler of fillers) filler.on('error', () => undefined)
  await using gate = await openGate({ deps: { timeouts: { ...SWEEP, connectMs: 80 } } })
  const client = await RawClient.to(gate.proxy)
  client.say(`GET http://a.test:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  await client.hears('HTTP/1.1 504 Gateway Timeout')
  client.socket.destroy()
  for (const filler of fillers) filler.destroy()
  deaf.kill('SIGKILL')
})
