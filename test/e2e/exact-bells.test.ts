import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

/** Six seconds before reception hours begin; a teacher's phone in a classroom is open until then. */
const BEFORE_THE_BELL = '2026-11-24T08:29:54Z'
const SECONDS_TO_THE_BELL = 6

test('V10: at the bell a running tunnel and a kept connection are cut, and no answer outlives it', async () => {
  const origin = createServer((_request, response) => response.end('open')).listen(0, ORIGIN)
  await once(origin, 'listening')
  const { port } = origin.address() as AddressInfo
  await using upstream = await UnboundUpstream.start()
  await using gate = await GateProcess.start({
    clock: BEFORE_THE_BELL,
    set: {
      'dns.upstreams': [upstream.url],
      'http.allowTargets': [`${ORIGIN}/32`],
      'http.connectPorts': [port],
    },
  })
  const started = performance.now()
  const classroom = '127.10.10.7'
  const dig = async (from: string): Promise<string> =>
    (await run('dig', ['-b', from, '@127.0.0.1', '-p', `${gate.dns.port}`, 'bbc.co.uk'])).out

  const tunnel = await opened(
    gate,
    classroom,
    `CONNECT bbc.co.uk:${port} HTTP/1.1\r\nHost: x\r\n\r\n`,
  )
  const kept = await opened(gate, classroom, get(port))
  // The staffroom stays open: its tunnel must live through the same bell.
  const staffroom = await opened(
    gate,
    '127.10.20.7',
    `CONNECT bbc.co.uk:${port} HTTP/1.1\r\nHost: x\r\n\r\n`,
  )
  const keptThere = await opened(gate, '127.10.20.7', get(port))
  const answer = await dig(classroom)
  const ttl = Number(/bbc\.co\.uk\.\s+(\d+)\s+IN\s+A/.exec(answer)?.[1])
  expect(ttl).toBeLessThanOrEqual(SECONDS_TO_THE_BELL)

  await Promise.all([closing(tunnel), closing(kept)])
  const seconds = (performance.now() - started) / 1000
  // Not before the bell (the gate's clock started a little before ours), and within five seconds of it.
  expect(seconds).toBeGreaterThan(SECONDS_TO_THE_BELL - 3)
  expect(seconds).toBeLessThan(SECONDS_TO_THE_BELL + 5)
  expect(await dig(classroom)).toContain('reception_hours')
  expect(staffroom.closed).toBe(false)
  // A kept connection that may stay carries on after the bell as before.
  keptThere.write(get(port))
  const [more] = (await once(keptThere, 'data')) as [Buffer]
  expect(more.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /)
  staffroom.destroy()
  keptThere.destroy()
  origin.closeAllConnections()
  origin.close()
})

function get(port: number): string {
  return `GET http://bbc.co.uk:${port}/ HTTP/1.1\r\nHost: bbc.co.uk:${port}\r\n\r\n`
}

/** A cut may come as a reset, so `once` would reject. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve()
    })
  })
}

/** A connection through the proxy that got its first answer, a good one. */
async function opened(gate: GateProcess, from: string, head: string): Promise<Socket> {
  const socket = connect({ port: gate.http.port, host: gate.http.host, localAddress: from })
  socket.on('error', () => undefined)
  socket.write(head)
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  expect(bytes.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /)
  return socket
}
