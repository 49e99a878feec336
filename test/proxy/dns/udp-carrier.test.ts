import { createSocket } from 'node:dgram'
import type { RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import type { Reply } from '../../../proxy/dns/exchange.ts'
import { isReplyTo, udpCarrier } from '../../../proxy/dns/udp-carrier.ts'
import { emptyQuestion, readQuestion } from '../../../proxy/dns/wire/question.ts'
import { upstreamQuery } from '../../../proxy/dns/wire/upstream-query.ts'
import type { UpstreamQuery } from '../../../proxy/dns/wire/upstream-query.ts'
import { a, queryFor, read, responseTo } from '../../support/dns-packets.ts'
import { testUpstream } from './test-upstream.ts'
import type { Says } from './test-upstream.ts'

function forUpstream(name: string): UpstreamQuery {
  const query = queryFor(name)
  const question = emptyQuestion()
  readQuestion(query, question)
  return upstreamQuery(query, question)
}

interface Carried {
  readonly upstream: Awaited<ReturnType<typeof testUpstream>>
  readonly mismatches: { n: number }
  readonly ask: (name: string) => Promise<Reply>
}

async function carried(says: Says): Promise<Carried> {
  const upstream = await testUpstream(says)
  const mismatches = { n: 0 }
  const address = { label: 'u', transport: 'udp', host: '127.0.0.1', port: upstream.port } as const
  const carrier = udpCarrier(address, () => (mismatches.n += 1))
  onTestFinished(() => {
    carrier.close()
  })
  return {
    upstream,
    mismatches,
    ask: (name) => new Promise((resolve) => carrier.send(forUpstream(name), resolve)),
  }
}

const yes: Says = (query) => responseTo(query, { answers: [a('www.test')] })

test('brings the answer', async () => {
  const { ask } = await carried(yes)
  const reply = await ask('www.test')
  expect(reply.kind === 'answer' && read(reply.message).answers).toEqual(['A 192.0.2.1 60'])
})

test('says that an answer was cut', async () => {
  const { ask } = await carried((query) => {
    const response = responseTo(query)
    response[2] = (response[2] ?? 0) | 0x02
    return response
  })
  expect(await ask('www.test')).toEqual({ kind: 'truncated' })
})

const FORGED: readonly [says: string, forge: (right: Uint8Array) => Uint8Array][] = [
  ['of another id', (right) => changed(right, 0, (right[0] ?? 0) ^ 1)],
  ['to another question', (right) => changed(right, 13, 0x78)],
  ['that is a query', (right) => changed(right, 2, 0x01)],
  ['that is too short', (right) => right.subarray(0, 5)],
  ['of another opcode', (right) => changed(right, 2, 0xa8)],
]

function changed(bytes: Uint8Array, at: number, octet: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = octet
  return copy
}

for (const [says, forge] of FORGED) {
  test(`passes over a packet ${says} and waits for the right one`, async () => {
    const scene = await carried((query, { from }) => {
      const right = responseTo(query, { answers: [a('www.test')] })
      if (from !== null) scene.upstream.socket.send(forge(right), from.port, from.address)
      return right
    })
    expect((await scene.ask('www.test')).kind).toBe('answer')
    expect(scene.mismatches.n).toBe(1)
  })
}

test('an answer from another port or address never gets in', async () => {
  const forgers = [createSocket('udp4'), createSocket('udp4')]
  onTestFinished(() => {
    for (const forger of forgers) forger.close()
  })
  const [samePlace, elsewhere] = forgers
  samePlace?.bind(0, '127.0.0.1')
  elsewhere?.bind(0, '127.0.0.2')
  const scene = await carried((query, { from }) => {
    const forged = responseTo(query, { answers: [a('www.test', '203.0.113.66')] })
    void sendAll(forgers, forged, from).then(() => {
      // Sent after the forgers' packets have left, so that they had their chance.
      const right = responseTo(query, { answers: [a('www.test')] })
      if (from !== null) scene.upstream.socket.send(right, from.port, from.address)
    })
    return null
  })
  const reply = await scene.ask('www.test')
  expect(reply.kind === 'answer' && read(reply.message).answers).toEqual(['A 192.0.2.1 60'])
})

async function sendAll(
  sockets: readonly ReturnType<typeof createSocket>[],
  packet: Uint8Array,
  to: RemoteInfo | null,
): Promise<void> {
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.send(packet, to?.port ?? 0, to?.address ?? '', () => {
            resolve()
          })
        }),
    ),
  )
}

test('where nobody listens the kernel says so at once', async () => {
  const taken = createSocket('udp4').bind(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address()
  await new Promise<void>((resolve) => taken.close(resolve))
  const carrier = udpCarrier(
    { label: 'u', transport: 'udp', host: '127.0.0.1', port },
    () => undefined,
  )
  onTestFinished(() => {
    carrier.close()
  })
  const reply = await new Promise<Reply>((resolve) =>
    carrier.send(forUpstream('www.test'), resolve),
  )
  expect(reply).toEqual({ kind: 'failed' })
  // And the next query tries again with a new socket.
  expect(await new Promise((resolve) => carrier.send(forUpstream('www.test'), resolve))).toEqual({
    kind: 'failed',
  })
})

test('queries come from many ports, which are given up after a while, with ids that do not repeat', async () => {
  const { ask, upstream } = await carried(yes)
  for (let i = 0; i < 60; i += 1) {
    await Promise.all(Array.from({ length: 60 }, () => ask('www.test')))
  }
  const ports = new Set(upstream.asked.map(({ by }) => by.from?.port))
  // 3600 queries over 16 sockets of 128 queries each: 28 ports and the ones still open.
  expect(ports.size).toBeGreaterThan(20)
  const ids = new Set(upstream.asked.map(({ query }) => ((query[0] ?? 0) << 8) | (query[1] ?? 0)))
  expect(ids.size).toBeGreaterThan(3400)
})

test('after a cancel the listener is not called, and the late answer counts as a mismatch', async () => {
  const { upstream, mismatches, ask } = await carried(yes)
  const address = { label: 'u', transport: 'udp', host: '127.0.0.1', port: upstream.port } as const
  const late = { n: 0 }
  const carrier = udpCarrier(address, () => (late.n += 1))
  onTestFinished(() => {
    carrier.close()
  })
  let called = false
  carrier.send(forUpstream('late.test'), () => (called = true)).cancel()
  while (late.n === 0) await ask('www.test')
  expect(called).toBe(false)
  expect(mismatches.n).toBe(0)
})

test('a refusal without a question is a reply; an answer without one is not', () => {
  const query = forUpstream('www.test')
  const header = (flags: number): Uint8Array =>
    Uint8Array.of(0, 0, 0x81, flags, 0, 0, 0, 0, 0, 0, 0, 0)
  expect(isReplyTo(header(0x81), query)).toBe(true)
  expect(isReplyTo(header(0x80), query)).toBe(false)
})
