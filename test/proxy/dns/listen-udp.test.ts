import { Socket, createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { listenUdp } from '../../../proxy/dns/listen-udp.ts'
import { openScene } from './dns-scene.ts'
import { a, queryFor, read, responseTo } from '../../support/dns-packets.ts'
import { BLOCKED } from '../../support/scripted-plane.ts'
import { askUdp, testUpstream } from './test-upstream.ts'

test('answers over udp: later from the upstream, then at once from the cache', async () => {
  const upstream = await testUpstream((query) => responseTo(query, { answers: [a('www.test')] }))
  const { udpPort } = await openScene([upstream.udp])
  for (const id of [1, 2]) {
    const answer = read(await askUdp(udpPort, queryFor('www.test', { id })))
    expect(answer).toMatchObject({ id, answers: ['A 192.0.2.1 60'] })
  }
  expect(upstream.asked).toHaveLength(1)
})

test('a burst of different names from one client is answered whole, each with its own name', async () => {
  const { udpPort } = await openScene([], { rulings: { test: BLOCKED } })
  const client = createSocket('udp4')
  const names = new Map<number, string>()
  const done = new Promise<void>((resolve) => {
    client.on('message', (message) => {
      const { id, packet } = read(message)
      expect(packet.questions?.[0]?.name).toBe(names.get(id))
      names.delete(id)
      if (names.size === 0) resolve()
    })
  })
  for (let id = 0; id < 300; id += 1) names.set(id, `n${id}.test`)
  for (const [id, name] of names) client.send(queryFor(name, { id }), udpPort, '127.0.0.1')
  await done
  client.close()
})

test('a buffer that the kernel has not taken yet is not written to again', async () => {
  const { udpPort } = await openScene([], { rulings: { test: BLOCKED } })
  const send = vi.spyOn(Socket.prototype, 'send')
  const queued = vi.spyOn(Socket.prototype, 'getSendQueueCount')
  for (const count of [0, 1, 0]) {
    queued.mockReturnValue(count)
    await askUdp(udpPort, queryFor('www.test'))
  }
  // The client's own sends have three arguments, the listener's five.
  const sent: readonly (readonly unknown[])[] = send.mock.calls
  const [first, second, third] = sent.filter((words) => words.length === 5)
  vi.restoreAllMocks()
  expect(second?.[0]).toBe(first?.[0])
  expect(third?.[0]).not.toBe(second?.[0])
})

test('a throw of ours costs one query a servfail, and no other', async () => {
  const { udpPort, plane, logged } = await openScene([], { rulings: { 'blocked.test': BLOCKED } })
  const { decider } = plane
  plane.decider = {
    ...decider,
    decideWire: () => {
      throw new Error('a bug')
    },
  }
  expect(((await askUdp(udpPort, queryFor('www.test')))[3] ?? 0) & 15).toBe(2)
  plane.decider = decider
  expect(read(await askUdp(udpPort, queryFor('blocked.test'))).rcode).toBe(0)
  expect(logged).toEqual(['a dns query over udp was answered with servfail'])
  expect(plane.meter.counter('schoolgate_dns_faults_total', { transport: 'udp' }).n).toBe(1)
})

test('a throw while a late answer is judged is caught as well', async () => {
  const upstream = await testUpstream((query) => responseTo(query, { answers: [a('www.test')] }))
  const { udpPort, plane } = await openScene([upstream.udp])
  plane.tally.countWire = () => {
    throw new Error('a bug')
  }
  expect(((await askUdp(udpPort, queryFor('www.test')))[3] ?? 0) & 15).toBe(2)
})

test('malformed packets are dropped or refused, and the next is served', async () => {
  const { udpPort, plane } = await openScene([], { rulings: { test: BLOCKED } })
  const client = createSocket('udp4')
  for (const packet of [Uint8Array.of(), Uint8Array.of(1, 2, 3), new Uint8Array(12)]) {
    client.send(packet, udpPort, '127.0.0.1')
  }
  const [formerr] = (await once(client, 'message')) as [Buffer]
  client.close()
  expect((formerr[3] ?? 0) & 15).toBe(1)
  expect(read(await askUdp(udpPort, queryFor('www.test'))).rcode).toBe(0)
  expect(plane.meter.counter('schoolgate_dns_malformed_total', { transport: 'udp' }).n).toBe(3)
})

test('several listeners share a port; after closing, the port is free', async () => {
  const { dns, udpPort } = await openScene([], { rulings: { test: BLOCKED } })
  const other = await openScene(
    [],
    { rulings: { test: BLOCKED } },
    { udp: { host: '127.0.0.1', port: udpPort } },
  )
  expect(other.udpPort).toBe(udpPort)
  await dns.close()
  expect(read(await askUdp(udpPort, queryFor('www.test'))).rcode).toBe(0)
  await other.dns.close()
  const free = createSocket('udp4').bind(udpPort, '127.0.0.1')
  await once(free, 'listening')
  free.close()
})

test('a port that is taken is an error at start-up', async () => {
  const taken = createSocket('udp4').bind(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address()
  await expect(openScene([], {}, { udp: { host: '127.0.0.1', port } })).rejects.toThrow(
    'EADDRINUSE',
  )
  taken.close()
})

test('an address that is not ours is an error too', async () => {
  const resolver = null as never
  await expect(listenUdp({ host: '192.0.2.1', port: 0 }, resolver, null as never)).rejects.toThrow(
    'EADDRNOTAVAIL',
  )
})
