import { once } from 'node:events'
import { createConnection } from 'node:net'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { MessageReader, framed } from '../../../proxy/dns/message-framing.ts'
import { openScene } from './dns-scene.ts'
import { a, queryFor, read, responseTo } from '../../support/dns-packets.ts'
import { BLOCKED } from '../../support/scripted-plane.ts'
import { testUpstream } from './test-upstream.ts'

const BLOCKS = { rulings: { test: BLOCKED } }

/** A connection and the messages that came over it. */
class Client {
  readonly socket: Socket
  readonly messages: Uint8Array[] = []

  constructor(port: number, options: { readonly localAddress?: string } = {}) {
    this.socket = createConnection({ port, host: '127.0.0.1', noDelay: true, ...options })
    this.socket.on('error', () => this.socket.destroy())
    const reader = new MessageReader(65_535)
    this.socket.on('data', (chunk: Buffer) => {
      reader.push(chunk, (message) => this.messages.push(message))
    })
    onTestFinished(() => {
      this.socket.destroy()
    })
  }

  async received(count: number): Promise<readonly Uint8Array[]> {
    while (this.messages.length < count) await once(this.socket, 'data')
    return this.messages
  }
}

test('queries in one segment are all answered', async () => {
  const { tcpPort } = await openScene([], BLOCKS)
  const client = new Client(tcpPort)
  const queries = [1, 2, 3].flatMap((id) => [...framed(queryFor(`n${id}.test`, { id }))])
  client.socket.write(Uint8Array.from(queries))
  expect((await client.received(3)).map((message) => read(message).id)).toEqual([1, 2, 3])
})

test('a query may come octet by octet', async () => {
  const { tcpPort } = await openScene([], BLOCKS)
  const client = new Client(tcpPort)
  for (const octet of framed(queryFor('www.test'))) {
    await new Promise((resolve) => client.socket.write(Uint8Array.of(octet), resolve))
  }
  await client.received(1)
})

test('answers go out as they come: a slow question does not hold up the next', async () => {
  let release: () => void = () => undefined
  const upstream = await testUpstream((query, { from }) => {
    release = () => {
      upstream.socket.send(
        responseTo(query, { answers: [a('www.slow')] }),
        from?.port ?? 0,
        '127.0.0.1',
      )
    }
    return null
  })
  const { tcpPort } = await openScene([upstream.udp], BLOCKS)
  const client = new Client(tcpPort)
  client.socket.write(framed(queryFor('www.slow', { id: 1 })))
  client.socket.write(framed(queryFor('www.test', { id: 2 })))
  expect((await client.received(1)).map((message) => read(message).id)).toEqual([2])
  while (upstream.asked.length === 0) await new Promise(setImmediate)
  release()
  expect((await client.received(2)).map((message) => read(message).id)).toEqual([2, 1])
})

test('a connection with 64 questions under way is read no further until one is answered', async () => {
  const upstream = await testUpstream(() => null)
  const { tcpPort } = await openScene([upstream.udp], BLOCKS)
  const client = new Client(tcpPort)
  const slow = (from: number, to: number): Uint8Array =>
    Uint8Array.from(
      Array.from({ length: to - from }, (_, i) => [
        ...framed(queryFor(`n${from + i}.slow`)),
      ]).flat(),
    )
  client.socket.write(slow(0, 64))
  while (upstream.asked.length < 64) await new Promise(setImmediate)
  client.socket.write(slow(64, 74))
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
  expect(upstream.asked).toHaveLength(64)
  const [{ query, by } = { query: Uint8Array.of(), by: null }] = upstream.asked
  const answer = responseTo(query, { answers: [a('n0.slow')] })
  upstream.socket.send(answer, by?.from?.port ?? 0, '127.0.0.1')
  await client.received(1)
  while (upstream.asked.length < 74) await new Promise(setImmediate)
})

test('a client that has ended its side still gets its answers, then the end', async () => {
  const upstream = await testUpstream((query) => responseTo(query, { answers: [a('www.slow')] }))
  const { tcpPort } = await openScene([upstream.udp], BLOCKS)
  const client = new Client(tcpPort)
  const ended = once(client.socket, 'end')
  client.socket.end(framed(queryFor('www.slow')))
  await ended
  expect(client.messages.map((message) => read(message).answers)).toEqual([['A 192.0.2.1 60']])
})

test('a client that resets while its answer is under way harms nobody', async () => {
  const upstream = await testUpstream((query) => {
    leaving.socket.resetAndDestroy()
    return responseTo(query, { answers: [a('www.slow')] })
  })
  const { tcpPort, logged } = await openScene([upstream.udp], BLOCKS)
  const leaving = new Client(tcpPort)
  leaving.socket.write(framed(queryFor('www.slow')))
  await once(leaving.socket, 'close')
  const client = new Client(tcpPort)
  client.socket.write(framed(queryFor('www.test')))
  await client.received(1)
  expect(logged).toEqual([])
})

test('a longer message than any query ends the connection and is counted', async () => {
  const { tcpPort, plane } = await openScene([], BLOCKS)
  const client = new Client(tcpPort)
  client.socket.write(Uint8Array.of(0xff, 0xff, 1, 2, 3))
  await once(client.socket, 'close')
  expect(plane.meter.counter('schoolgate_dns_malformed_total', { transport: 'tcp' }).n).toBe(1)
})

test('more connections of one address than it needs are closed and counted; another still gets in', async () => {
  const { tcpPort, plane } = await openScene([], BLOCKS)
  const clients = Array.from({ length: 32 }, () => new Client(tcpPort))
  for (const client of clients) client.socket.write(framed(queryFor('www.test')))
  await Promise.all(clients.map((client) => client.received(1)))
  await once(new Client(tcpPort).socket, 'close')
  expect(plane.meter.counter('schoolgate_dns_turned_away_total').n).toBe(1)
  const neighbour = new Client(tcpPort, { localAddress: '127.0.0.2' })
  neighbour.socket.write(framed(queryFor('www.test')))
  await neighbour.received(1)
  // And a connection that closes makes room.
  clients[0]?.socket.destroy()
  for (let served = false; !served;) {
    const next = new Client(tcpPort)
    next.socket.write(framed(queryFor('www.test')))
    const closed = once(next.socket, 'close').then(() => false)
    served = await Promise.race([next.received(1).then(() => true), closed])
  }
})

test('an idle connection is closed after ten seconds', async () => {
  const idle = vi.spyOn(
    await import('node:net').then(({ Socket }) => Socket.prototype),
    'setTimeout',
  )
  const { tcpPort } = await openScene([], BLOCKS)
  const client = new Client(tcpPort)
  client.socket.write(framed(queryFor('www.test')))
  await client.received(1)
  expect(idle).toHaveBeenCalledWith(10_000)
  const [accepted] = idle.mock.contexts as Socket[]
  idle.mockRestore()
  accepted?.emit('timeout')
  await once(client.socket, 'close')
})

test('a throw of ours costs one query a servfail, and the connection goes on', async () => {
  const { tcpPort, plane, logged } = await openScene([], BLOCKS)
  const { decider } = plane
  plane.decider = {
    ...decider,
    decideWire: () => {
      throw new Error('a bug')
    },
  }
  const client = new Client(tcpPort)
  client.socket.write(framed(queryFor('www.test')))
  const [servfail] = await client.received(1)
  expect((servfail?.[3] ?? 0) & 15).toBe(2)
  plane.decider = decider
  client.socket.write(framed(queryFor('www.test')))
  await client.received(2)
  expect(logged).toEqual(['a dns query over tcp was answered with servfail'])
})

test('a client that reads nothing is read no further, until it does', async () => {
  const many = Array.from({ length: 250 }, (_, i) => a('big.test', `192.0.2.${i}`))
  const upstream = await testUpstream((query) => responseTo(query, { answers: many }))
  const { tcpPort, plane } = await openScene([upstream.tcp])
  const client = new Client(tcpPort)
  const query = framed(queryFor('big.test'))
  client.socket.write(query)
  await client.received(1)
  client.socket.pause()
  const flood = new Uint8Array(query.length * 20_000)
  for (let i = 0; i < 20_000; i += 1) flood.set(query, i * query.length)
  client.socket.write(flood)
  let before = -1
  // Answered so far stands still: it is the gate that stopped, long before the 20,000.
  while (plane.counted.n !== before) {
    before = plane.counted.n
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
  }
  expect(plane.counted.n).toBeLessThan(20_000)
  client.socket.resume()
  await client.received(20_001)
})
