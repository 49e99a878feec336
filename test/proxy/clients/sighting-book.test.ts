import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SightingBook } from '../../../proxy/clients/sighting-book.ts'
import { SIGHTING_SOURCES } from '../../../rules/identity/sighting.ts'
import { macOf, SEEN_AT, sightingOf } from '../../support/sightings.ts'

const MAC = macOf('00:1b:63:00:00:07')
const HERE = '10.1.0.7'

test('of two leases of one file for an address the newer one holds, in whatever order they come', () => {
  const old = sightingOf({ source: 'dhcp', hostName: 'old' })
  const fresh = sightingOf({ source: 'dhcp', hostName: 'fresh', at: SEEN_AT + 1 })
  for (const order of [
    [old, fresh],
    [fresh, old],
  ]) {
    const book = new SightingBook(256)
    for (const sighting of order) book.add(sighting, SEEN_AT + 1)
    expect(book.at(HERE)).toEqual([fresh])
  }
})

test('what tells no hardware address gets that of whoever has the address then', () => {
  const book = new SightingBook(256)
  book.add(sightingOf({ mac: MAC }), SEEN_AT)
  book.add(sightingOf({ source: 'portal', device: 'phone' }), SEEN_AT)
  expect(book.of(MAC).map(({ source }) => source)).toEqual(['neighbour', 'portal'])
})

test('a sighting touches every address of its hardware', () => {
  const book = new SightingBook(256)
  book.add(sightingOf({ mac: MAC, addresses: ['2001:db8::7'] }), SEEN_AT)
  expect(book.add(sightingOf({ mac: MAC }), SEEN_AT)).toEqual(new Set(['2001:db8::7', HERE]))
  expect(book.addressesOf(MAC)).toBe(2)
})

test('a session whose end says no address ends at each of its hardware, and no other source with it', () => {
  const book = new SightingBook(256)
  const session = sightingOf({ source: 'radius', mac: MAC, reporter: 'ap' })
  book.add(sightingOf({ mac: MAC }), SEEN_AT)
  book.add({ ...session, addresses: [HERE, '2001:db8::7'] }, SEEN_AT)
  book.add({ ...session, addresses: [], ended: true }, SEEN_AT)
  expect(book.at(HERE).map(({ source }) => source)).toEqual(['neighbour'])
  expect([book.at('2001:db8::7'), book.of(MAC).length]).toEqual([[], 1])
})

test('what has run out is pruned, with its hardware', () => {
  const book = new SightingBook(256)
  book.add(sightingOf({ mac: MAC }), SEEN_AT)
  expect(book.prune(HERE, SEEN_AT + 299_999)).toBe(true)
  expect(book.prune(HERE, SEEN_AT + 300_000)).toBe(false)
  expect([book.size, book.addressesOf(MAC), book.of(MAC).length]).toEqual([0, 0, 0])
  book.add(sightingOf({ source: 'radius', mac: MAC, addresses: [] }), SEEN_AT)
  book.pruneHardware(SEEN_AT + 86_400_000)
  expect(book.of(MAC)).toEqual([])
})

test('what its source took back does not come back by who heard of the beginning alone', () => {
  const book = new SightingBook(256)
  const lease = sightingOf({ source: 'dhcp', mac: MAC, until: SEEN_AT + 3_600_000 })
  book.add(lease, SEEN_AT)
  book.add({ ...lease, at: SEEN_AT + 1, until: null, ended: true }, SEEN_AT + 1)
  // For as long as the lease would have counted.
  expect(book.endedAt(HERE, SEEN_AT + 3_599_999)).toMatchObject([{ source: 'dhcp', mac: MAC }])
  expect(book.endedAt(HERE, SEEN_AT + 3_600_001)).toEqual([])
  expect(book.add(lease, SEEN_AT + 2)).toEqual(new Set())
  expect([book.at(HERE), book.of(MAC)]).toEqual([[], []])
  const again = { ...lease, at: SEEN_AT + 2 }
  expect(book.add(again, SEEN_AT + 2)).toEqual(new Set([HERE]))
  expect(book.at(HERE)).toEqual([again])
})

test('an end that another gate heard takes its own evidence, of the address and of its hardware, and no later one', () => {
  const book = new SightingBook(256)
  const session = sightingOf({ source: 'radius', reporter: 'ap-1', mac: MAC })
  book.add(session, SEEN_AT)
  book.add(sightingOf({ mac: MAC, at: SEEN_AT + 9 }), SEEN_AT + 9)
  book.add(sightingOf({ addresses: ['2001:db8::7'], mac: MAC }), SEEN_AT + 9)
  const { source, reporter } = session
  const ended = { source, reporter, mac: MAC, device: null, at: SEEN_AT + 5, until: SEEN_AT + 99 }
  expect(book.end(HERE, ended, SEEN_AT + 9)).toEqual(new Set([HERE, '2001:db8::7']))
  expect(book.at(HERE).map((left) => left.source)).toEqual(['neighbour'])
  expect(book.of(MAC).map((left) => left.source)).toEqual(['neighbour'])
  expect(book.end(HERE, ended, SEEN_AT + 9)).toEqual(new Set())
})

test('it stays within its bounds, whatever is told', () => {
  const sighting = fc.record({
    source: fc.constantFrom(...SIGHTING_SOURCES),
    reporter: fc.string({ maxLength: 3 }),
    account: fc.option(fc.string({ maxLength: 3 })),
    addresses: fc.array(fc.ipV4(), { maxLength: 4 }),
    mac: fc.constantFrom(null, MAC),
    ended: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(sighting, { maxLength: 60 }), (told) => {
      const book = new SightingBook(20)
      for (const one of told) book.add(sightingOf(one), SEEN_AT)
      expect(book.size).toBeLessThanOrEqual(20)
      expect(book.of(MAC).length).toBeLessThanOrEqual(16)
      for (const { addresses } of told)
        for (const address of addresses) expect(book.at(address).length).toBeLessThanOrEqual(16)
    }),
  )
})
