import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { DohClients } from '../../../../proxy/dns/doh/doh-clients.ts'
import type { DohExchange } from '../../../../proxy/dns/doh/doh-exchange.ts'
import {
  IDLE_MS,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_ADDRESS,
  REQUEST_MS,
} from '../../../../proxy/dns/doh/doh-limits.ts'

/** As much of a socket as is asked of one. */
class FakeSocket extends EventEmitter {
  readonly remoteAddress: string | undefined
  destroyed = false

  constructor(address: string | undefined) {
    super()
    this.remoteAddress = address
  }

  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

function open(clients: DohClients, address: string | undefined, now = 0) {
  const socket = new FakeSocket(address)
  return { socket, client: clients.admit(socket as unknown as Socket, now) }
}

test('an address has so many connections, and one more when one of them is gone', () => {
  const clients = new DohClients()
  const all = Array.from({ length: MAX_CONNECTIONS_PER_ADDRESS }, () => open(clients, '192.0.2.1'))
  expect(all.every(({ client }) => client !== null)).toBe(true)
  expect(open(clients, '192.0.2.1').client).toBeNull()
  expect(open(clients, '192.0.2.2').client).not.toBeNull()
  all[0]?.socket.destroy()
  expect(open(clients, '192.0.2.1').client).not.toBeNull()
})

test('a client that has left before it was met is none', () => {
  expect(open(new DohClients(), undefined).client).toBeNull()
})

test('a full house gives up who has been still for longest, and nobody who was just there', () => {
  const clients = new DohClients()
  const all = Array.from({ length: MAX_CONNECTIONS }, (_, one) =>
    open(clients, `192.0.2.${Math.floor(one / 60)}`, one === 7 ? 0 : 4_000),
  )
  expect(open(clients, '198.51.100.1', 4_999).client).toBeNull()
  expect(open(clients, '198.51.100.1', 5_000).client).not.toBeNull()
  expect(all.filter(({ socket }) => socket.destroyed).map((one) => all.indexOf(one))).toEqual([7])
  expect(clients.size).toBe(MAX_CONNECTIONS)
})

test('what is still for too long is closed, whatever drips in meanwhile', () => {
  const clients = new DohClients()
  const still = open(clients, '192.0.2.1', 0)
  const busy = open(clients, '192.0.2.1', 0)
  if (busy.client !== null) busy.client.lastSent = 10
  clients.sweep(IDLE_MS - 1)
  expect(still.socket.destroyed).toBe(false)
  clients.sweep(IDLE_MS)
  expect([still.socket.destroyed, busy.socket.destroyed]).toEqual([true, false])
})

test('a body that does not come in time is told of', () => {
  const clients = new DohClients()
  const { client } = open(clients, '192.0.2.1', 0)
  const exchange = {} as DohExchange
  client?.coming.set(exchange, 1_000)
  expect(clients.sweep(REQUEST_MS + 999)).toEqual([])
  expect(clients.sweep(REQUEST_MS + 1_000)).toEqual([exchange])
})

test('all are closed at the end', () => {
  const clients = new DohClients()
  const { socket } = open(clients, '192.0.2.1')
  clients.closeAll()
  expect([socket.destroyed, clients.size]).toEqual([true, 0])
})
