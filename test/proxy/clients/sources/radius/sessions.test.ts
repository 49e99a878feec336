import { expect, test } from 'vitest'
import {
  RadiusSessions,
  sessionOf,
  type RadiusSession,
} from '../../../../../proxy/clients/sources/radius/sessions.ts'
import { macOf } from '../../../../support/sightings.ts'

const MAC = macOf('da:a1:19:00:00:02')

function sessionAt(facts: Partial<RadiusSession> = {}): RadiusSession {
  const { nas = '10.0.0.2', reporter = 'ap-1', id = 's1' } = facts
  return {
    ...{ key: `${nas} ${reporter} ${id}`, nas, reporter, id, at: 1_000 },
    ...{ nasIdentifier: reporter, nasAddress: null, account: 'jo', mac: MAC },
    ...{ callingStation: 'DA-A1-19-00-00-02', addresses: ['10.1.0.7'], place: 'ap-1' },
    ...facts,
  }
}

test('an update that leaves something out means that it is as it was', () => {
  const sessions = new RadiusSessions()
  sessions.tell(sessionAt())
  const bare = { account: null, mac: null, callingStation: null, place: null }
  const told = sessions.tell(sessionAt({ ...bare, addresses: ['2001:db8::7'], at: 2_000 }))
  expect(told).toMatchObject({ account: 'jo', mac: MAC, place: 'ap-1', at: 2_000 })
  expect(told.addresses).toEqual(['2001:db8::7', '10.1.0.7'])
  expect(sessions.size).toBe(1)
})

test('a Stop that names no address ends the session where it was', () => {
  const sessions = new RadiusSessions()
  sessions.tell(sessionAt())
  expect(sessions.end(sessionAt({ addresses: [], mac: null, at: 500 }))).toMatchObject({
    ...{ mac: MAC, addresses: ['10.1.0.7'] },
    // Not before what was told of it last, or it would end nothing.
    at: 1_000,
  })
  expect(sessions.size).toBe(0)
})

test('the Stop of an access point that a device has left ends nothing', () => {
  const sessions = new RadiusSessions()
  sessions.tell(sessionAt())
  sessions.tell(sessionAt({ id: 's2', at: 2_000 }))
  expect(sessions.end(sessionAt({ at: 3_000 }))).toBeNull()
  expect(sessions.end(sessionAt({ id: 's2', at: 4_000 }))).not.toBeNull()
})

test('an older update that comes late is not where the device is', () => {
  const sessions = new RadiusSessions()
  sessions.tell(sessionAt({ id: 's2', at: 2_000 }))
  sessions.tell(sessionAt({ at: 1_000 }))
  expect(sessions.end(sessionAt({ at: 1_000 }))).toBeNull()
  expect(sessions.end(sessionAt({ id: 's2', at: 4_000 }))).not.toBeNull()
})

test('an access point that starts anew has no session any more; others keep theirs', () => {
  const sessions = new RadiusSessions()
  const other = macOf('da:a1:19:00:00:03')
  sessions.tell(sessionAt())
  sessions.tell(sessionAt({ id: 's2', mac: other, reporter: 'ap-2' }))
  expect(sessions.endAllOf('10.0.0.2', 'ap-1').map(({ id }) => id)).toEqual(['s1'])
  expect([...sessions.all()].map(({ id }) => id)).toEqual(['s2'])
})

test('there are never more than fit; the one that was silent for longest goes first', () => {
  const sessions = new RadiusSessions(2)
  for (const id of ['s1', 's2', 's1', 's3']) sessions.tell(sessionAt({ id, mac: null }))
  expect([...sessions.all()].map(({ id }) => id)).toEqual(['s1', 's3'])
  // A day of silence is the end of it, too.
  sessions.tell(sessionAt({ id: 's4', mac: null, at: 25 * 3_600_000 }))
  expect([...sessions.all()].map(({ id }) => id)).toEqual(['s4'])
})

test('the first place that the NAS tells is taken, and its name, or its address, is who told it', () => {
  const told = {
    ...{ kind: 'start' as const, session: 's1', account: null, mac: null, callingStation: null },
    ...{ addresses: [], nasIdentifier: null, nasAddress: null, delay: 0, eventAt: null },
    places: { 'called-station': 'ap-library', 'nas-identifier': 'wlc' },
  }
  const order = { nas: '10.0.0.2', at: 5, placeFrom: ['ssid', 'called-station'] as const }
  expect(sessionOf(told, order)).toMatchObject({ reporter: '10.0.0.2', place: 'ap-library' })
  expect(sessionOf({ ...told, nasIdentifier: 'wlc' }, { ...order, placeFrom: [] })).toMatchObject({
    ...{ reporter: 'wlc', place: null },
  })
})
