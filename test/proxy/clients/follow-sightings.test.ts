import { expect, test } from 'vitest'
import { readAddressWords } from '../../../proxy/clients/address-words.ts'
import {
  bindingMemory,
  BindingReader,
  BindingWriter,
} from '../../../proxy/clients/binding-table.ts'
import { SightingFollower, type FollowedSchool } from '../../../proxy/clients/follow-sightings.ts'
import { keyOf } from '../../../proxy/clients/word-key.ts'
import type { Binding } from '../../../rules/identity/binding.ts'
import { IdentityRegister } from '../../../rules/identity/identity-register.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { deviceOf } from '../../support/sample-facts.ts'
import { macOf, SEEN_AT, sightingOf } from '../../support/sightings.ts'

const MAC = macOf('00:1b:63:00:00:07')
const OTHER = macOf('00:1b:63:00:00:08')
const PHONE = deviceOf({ id: 'phone', macs: [MAC] })
const LAPTOP = deviceOf({ id: 'laptop', personRef: 'p-2', macs: [OTHER] })

function schoolOf(devices: readonly DeviceFacts[] = [PHONE, LAPTOP]): FollowedSchool {
  return {
    register: new IdentityRegister({
      devices,
      accounts: [],
      places: { 'hall-aps': 'exam_hall', 'yard-aps': 'playground' },
    }),
    zoneAt: () => 'corridor',
    settleMs: 90_000,
  }
}

function scene(maxAddresses = 256) {
  const clock = { now: SEEN_AT }
  const memory = bindingMemory(maxAddresses, [3, 4])
  const changes: [string, Binding | null][] = []
  const follower = new SightingFollower(
    {
      table: new BindingWriter(memory),
      maxAddresses,
      clock: () => clock.now,
      onChange: (...change) => changes.push(change),
    },
    schoolOf(),
  )
  const reader = new BindingReader(memory)
  const row = (address = '10.1.0.7') => {
    const words = new Int32Array(4)
    readAddressWords(address, words)
    return reader.find(words) ? reader.row() : null
  }
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 1_000) {
      clock.now += Math.min(1_000, left)
      follower.tick()
    }
  }
  return { clock, follower, changes, row, reader, pass }
}

test('a sighting is in the table at once, and gone when it has run out', () => {
  const { follower, row, pass, changes } = scene()
  follower.take(sightingOf({ mac: MAC }))
  expect(row()).toMatchObject({ device: keyOf('phone'), isProven: false, zone: 0 })
  expect(follower.at('10.1.0.7')).toMatchObject({ device: 'phone', confidence: 'likely' })
  pass(299_000)
  expect(row()).not.toBeNull()
  pass(2_000)
  expect(row()).toBeNull()
  expect(changes.map(([address, binding]) => [address, binding?.device])).toEqual([
    ['10.1.0.7', 'phone'],
    ['10.1.0.7', undefined],
  ])
})

test('the same again lengthens a binding and makes nobody look again', () => {
  const { follower, row, clock, changes, reader } = scene()
  follower.take(sightingOf({ mac: MAC }))
  const { epoch } = reader
  const first = row()?.expires ?? 0
  clock.now += 60_000
  follower.take(sightingOf({ mac: MAC, at: clock.now }))
  expect(row()?.expires).toBe(first + 60_000)
  expect(reader.epoch).toBe(epoch)
  expect(changes).toHaveLength(1)
  expect(follower.at('10.1.0.7')).toMatchObject({ since: SEEN_AT, lastSeen: clock.now })
})

test('a session that was told of before its lease counts when the lease comes', () => {
  const { follower, row } = scene()
  const place = 'hall-aps'
  follower.take(sightingOf({ source: 'radius', mac: MAC, account: 'x', place, addresses: [] }))
  expect(row()).toBeNull()
  follower.take(sightingOf({ source: 'dhcp', mac: MAC }))
  expect(row()).toMatchObject({ device: keyOf('phone'), zone: keyOf('exam_hall'), heldZone: 0 })
})

test('V11: a move to another access point is another zone at once, and settles after 90 seconds', () => {
  const { follower, row, pass, clock } = scene()
  const at = (place: string) => {
    follower.take(sightingOf({ source: 'radius', mac: MAC, place, at: clock.now, reporter: place }))
  }
  at('yard-aps')
  pass(10_000)
  at('hall-aps')
  const moved = clock.now
  expect(row()).toMatchObject({
    zone: keyOf('exam_hall'),
    heldZone: keyOf('playground'),
    settlesAt: moved + 90_000,
  })
  pass(89_000)
  expect(row()).toMatchObject({ heldZone: keyOf('playground') })
  pass(1_000)
  expect(row()).toMatchObject({ zone: keyOf('exam_hall'), heldZone: 0 })
})

test('back in the zone where it was settled counts at once', () => {
  const { follower, row, pass, clock } = scene()
  for (const place of ['hall-aps', 'yard-aps', 'hall-aps']) {
    follower.take(sightingOf({ source: 'radius', mac: MAC, place, at: clock.now }))
    pass(5_000)
  }
  expect(row()).toMatchObject({ zone: keyOf('exam_hall'), heldZone: 0 })
})

test('a device that gets another address brings where it was along', () => {
  const { follower, row, pass, clock } = scene()
  follower.take(sightingOf({ source: 'radius', mac: MAC, place: 'yard-aps' }))
  pass(1_000)
  const next = { source: 'radius', mac: MAC, place: 'hall-aps', at: clock.now } as const
  follower.take(sightingOf({ ...next, addresses: ['10.1.9.7'] }))
  expect(row('10.1.9.7')).toMatchObject({
    zone: keyOf('exam_hall'),
    heldZone: keyOf('playground'),
  })
})

test('a device whose lease elsewhere still holds has come from there, however long ago it was given', () => {
  const { follower, row, pass, clock } = scene()
  const lease = { source: 'dhcp', mac: MAC, until: SEEN_AT + 3_600_000 } as const
  follower.take(sightingOf({ ...lease, place: 'yard-aps' }))
  pass(30 * 60_000)
  const next = { ...lease, place: 'hall-aps', at: clock.now, addresses: ['10.1.9.7'] }
  follower.take(sightingOf(next))
  expect(row('10.1.9.7')).toMatchObject({
    zone: keyOf('exam_hall'),
    heldZone: keyOf('playground'),
    settlesAt: clock.now + 90_000,
  })
  pass(90_000)
  expect(row('10.1.9.7')).toMatchObject({ zone: keyOf('exam_hall'), heldZone: 0 })
})

test('the Stop of the access point that was left ends nothing at the next one', () => {
  const { follower, row, clock } = scene()
  const session = { source: 'radius', mac: MAC } as const
  follower.take(sightingOf({ ...session, reporter: 'ap-1' }))
  clock.now += 1_000
  follower.take(sightingOf({ ...session, reporter: 'ap-2', at: clock.now }))
  follower.take(sightingOf({ ...session, reporter: 'ap-1', at: clock.now, ended: true }))
  expect(row()).not.toBeNull()
  follower.take(sightingOf({ ...session, reporter: 'ap-2', at: clock.now, ended: true }))
  expect(row()).toBeNull()
})

test('an address that other hardware answers for is another device’s from then on', () => {
  const { follower, row, clock } = scene()
  follower.take(sightingOf({ mac: MAC }))
  follower.take(sightingOf({ source: 'agent', device: 'phone' }))
  expect(row()).toMatchObject({ device: keyOf('phone'), isProven: true })
  clock.now += 5_000
  follower.take(sightingOf({ mac: OTHER, at: clock.now }))
  expect(row()).toMatchObject({ device: keyOf('laptop'), isProven: false })
})

test('another revision weighs everything again', async () => {
  const { follower, row } = scene()
  follower.take(sightingOf({ mac: MAC }))
  await follower.follow(schoolOf([LAPTOP]))
  expect(row()).toMatchObject({ device: 0 })
  expect(follower.at('10.1.0.7')).toMatchObject({ doubt: 'unknown_hardware' })
})

test('what is no sighting, and more addresses than there is room for, is counted and dropped', () => {
  const { follower, row } = scene(256)
  follower.take(sightingOf({ addresses: ['nonsense'] }))
  follower.take(sightingOf({ addresses: ['127.255.1.1'], mac: MAC }))
  follower.take(sightingOf({ at: SEEN_AT + 3_600_000 }))
  follower.take(sightingOf({ reporter: 'x'.repeat(1_000) }))
  expect(row('127.255.1.1')).toBeNull()
  for (let i = 0; i < 260; i += 1)
    follower.take(sightingOf({ addresses: [`10.9.${i >> 8}.${i & 255}`], mac: null }))
  const { told, dropped, bindings } = follower.counts()
  expect(told.get('neighbour')).toBe(264)
  expect([dropped.get('malformed'), dropped.get('full')]).toEqual([4, 4])
  expect(bindings.get('hint')).toBe(256)
})

test('a clock that is set back or far ahead leaves nothing in force for too long', () => {
  const { follower, row, clock } = scene()
  follower.take(sightingOf({ mac: MAC }))
  clock.now += 30 * 86_400_000
  follower.tick()
  expect(row()).toBeNull()
})
