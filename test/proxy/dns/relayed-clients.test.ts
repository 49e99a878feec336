import { expect, test } from 'vitest'
import { TrustedRelays } from '../../../proxy/clients/relays/trusted-relays.ts'
import { RelayedClients } from '../../../proxy/dns/relayed-clients.ts'
import { emptyQuestion } from '../../../proxy/dns/wire/question.ts'
import { Meter } from '../../../proxy/metrics/meter.ts'

const named = (...address: number[]) => Uint8Array.of(0, 8, 0, 8, 0, 1, 32, 0, ...address)

test('only a relay of ours names a client, nobody names a self-test, and each question is counted', () => {
  const relays = new TrustedRelays(['10.0.0.2/32'], 'edns', new Meter())
  const clients = new RelayedClients(relays)
  const whose = (options: Uint8Array, from: string) => {
    const question = { ...emptyQuestion(), namesClient: true, optionsEnd: options.length }
    clients.count(options, question, from)
    return clients.clientOf(options, question, from)
  }
  expect(whose(named(10, 1, 0, 7), '10.0.0.2')).toBe('10.1.0.7')
  expect(whose(named(10, 1, 0, 7), '10.0.0.3')).toBe('10.0.0.3')
  expect(whose(named(127, 255, 0, 1), '10.0.0.2')).toBe('10.0.0.2')
  expect(whose(Uint8Array.of(0, 8, 0, 4, 0, 1, 0, 0), '10.0.0.2')).toBe('10.0.0.2')
  const { taken, ignored, malformed, unnamed } = relays
  expect([taken.n, ignored.n, malformed.n, unnamed.n]).toEqual([1, 1, 1, 1])
})
