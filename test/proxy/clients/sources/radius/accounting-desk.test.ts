import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AccountingDesk } from '../../../../../proxy/clients/sources/radius/accounting-desk.ts'
import {
  RadiusSessions,
  type RadiusSession,
} from '../../../../../proxy/clients/sources/radius/sessions.ts'
import type { Sighting } from '../../../../../rules/identity/sighting.ts'
import { FUZZ_RUNS } from '../../../../support/fuzz-runs.ts'
import {
  answerOf,
  requestOf,
  SECRET,
  STATUS,
  type Attribute,
  type Wanted,
} from '../../../../support/radius-packets.ts'
import { SEEN_AT } from '../../../../support/sightings.ts'

const NAS = { address: '10.0.0.2', port: 40_000 }
/** The gate's clock is set apart from the system's, as `start --clock` does. */
const SYSTEM_AT = SEEN_AT + 1_000_000

function deskOf(requireMessageAuthenticator = false) {
  const sightings: Sighting[] = []
  const started: RadiusSession[] = []
  let system = SYSTEM_AT
  const desk = new AccountingDesk({
    secrets: () => ({
      secretOf: (address) => (address === NAS.address ? Buffer.from(SECRET) : null),
    }),
    sessions: new RadiusSessions(),
    placeFrom: ['called-station'],
    requireMessageAuthenticator,
    clock: () => SEEN_AT,
    systemClock: () => system,
    onSighting: (sighting) => sightings.push(sighting),
    onSession: (session) => started.push(session),
  })
  const pass = (ms: number): void => {
    system += ms
  }
  return { desk, sightings, started, pass }
}

const session: readonly Attribute[] = [
  [44, 's1'],
  [1, 'jo@school.example'],
  [31, 'DA-A1-19-00-00-02'],
  [30, 'ap-library:School'],
  [32, 'wlc-1'],
]
const request = (kind: keyof typeof STATUS, more: readonly Attribute[] = [], wanted?: Wanted) =>
  requestOf([[40, STATUS[kind]], ...session, ...more], wanted)
const LEASED: Attribute = [8, Buffer.from([10, 1, 0, 7])]

test('a Start is answered and tells who is on which hardware where; a Stop tells that it is over', () => {
  const { desk, sightings } = deskOf()
  const start = request('start', [LEASED])
  expect(desk.receive(start, NAS)).toEqual({
    outcome: 'taken',
    answer: answerOf(start, { code: 5 }),
  })
  desk.receive(request('stop', [], { id: 2 }), NAS)
  const told = {
    ...{ source: 'radius', reporter: 'wlc-1', addresses: ['10.1.0.7'], mac: 'da:a1:19:00:00:02' },
    ...{ account: 'jo@school.example', at: SEEN_AT },
  }
  expect(sightings).toMatchObject([
    { ...told, place: 'ap-library', ended: false },
    { ...told, ended: true },
  ])
})

test('what is sent again is answered again, with no second effect, until its number means another packet', () => {
  const { desk, sightings, pass } = deskOf()
  const start = request('start')
  const first = desk.receive(start, NAS)
  expect(desk.receive(start, NAS)).toEqual({ outcome: 'repeated', answer: first.answer })
  expect(sightings).toHaveLength(1)
  // Another packet of the same number is another packet.
  expect(desk.receive(request('interim'), NAS).outcome).toBe('taken')
  pass(30_000)
  expect(desk.receive(start, NAS).outcome).toBe('taken')
})

test('an access point that starts anew has no session any more', () => {
  const { desk, sightings } = deskOf()
  desk.receive(request('start', [LEASED]), NAS)
  desk.receive(
    requestOf(
      [
        [40, STATUS.on],
        [32, 'wlc-1'],
      ],
      { id: 2 },
    ),
    NAS,
  )
  expect(sightings.at(-1)).toMatchObject({ ended: true, addresses: ['10.1.0.7'] })
  desk.receive(
    requestOf(
      [
        [40, STATUS.off],
        [32, 'wlc-1'],
      ],
      { id: 3 },
    ),
    NAS,
  )
  expect(sightings).toHaveLength(2)
})

test("a proxy's state comes back as it was sent", () => {
  const { desk } = deskOf()
  const state: Attribute = [33, Buffer.from([7, 7, 7])]
  const start = request('start', [state])
  const { answer } = desk.receive(start, NAS)
  expect(answer).toEqual(answerOf(start, { code: 5, attributes: [state] }))
})

describe('when it was', () => {
  test('is told by the delay, or by the clock of the access point against the system clock', () => {
    const { desk, sightings } = deskOf()
    desk.receive(request('start', [[41, 7]]), NAS)
    desk.receive(
      request('interim', [
        [55, SYSTEM_AT / 1000 - 20],
        [41, 7],
      ]),
      NAS,
    )
    // A clock ahead is taken for now.
    desk.receive(request('interim', [[55, SYSTEM_AT / 1000 + 400]]), NAS)
    expect(sightings.map(({ at }) => SEEN_AT - at)).toEqual([7_000, 7_000, 0])
  })

  test('is answered and means nothing where it is ten minutes ago: a replay, or no news', () => {
    const { desk, sightings } = deskOf()
    const old = request('start', [[55, SYSTEM_AT / 1000 - 601]])
    expect(desk.receive(old, NAS)).toEqual({
      outcome: 'stale',
      answer: answerOf(old, { code: 5 }),
    })
    expect(sightings).toEqual([])
  })
})

test.each<[what: string, packet: Buffer, sender: typeof NAS, outcome: string]>([
  [
    'of a sender that nobody named',
    request('start'),
    { ...NAS, address: '10.9.9.9' },
    'unknown_nas',
  ],
  [
    'with another secret',
    request('start', [], { secret: 'another-secret-of-ours' }),
    NAS,
    'wrong_secret',
  ],
  ['with a Message-Authenticator of another secret', keyedWrong(), NAS, 'wrong_secret'],
  ['that asks for access', request('start', [], { code: 1 }), NAS, 'malformed'],
  ['without a status', requestOf(session), NAS, 'malformed'],
  ['cut short', request('start').subarray(0, 30), NAS, 'malformed'],
])('a packet %s is dropped without an answer or an effect', (_what, packet, sender, outcome) => {
  const { desk, sightings } = deskOf()
  expect(desk.receive(packet, sender)).toEqual({ outcome, answer: null })
  expect(sightings).toEqual([])
})

/** Signed by MD5, and beside it an HMAC of zeros. */
function keyedWrong(): Buffer {
  return request('start', [[80, Buffer.alloc(16)]])
}

test('where a Message-Authenticator is demanded, MD5 alone is not enough', () => {
  const { desk } = deskOf(true)
  expect(desk.receive(request('start'), NAS).outcome).toBe('wrong_secret')
  expect(desk.receive(request('start', [], { keyed: true }), NAS).outcome).toBe('taken')
})

test('whatever comes is answered rightly or not at all, and only what is signed has an effect', () => {
  const good = request('start', [LEASED])
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), {
        maxLength: 5,
      }),
      fc.nat(good.length),
      fc.uint8Array({ maxLength: 40 }),
      (changes, length, tail) => {
        const { desk, sightings } = deskOf()
        const packet = Buffer.concat([good.subarray(0, length), tail])
        for (const [at, octet] of changes) if (at < packet.length) packet.writeUInt8(octet, at)
        const isGood = packet.subarray(0, good.length).equals(good)
        const { answer } = desk.receive(packet, NAS)
        expect(answer !== null).toBe(isGood)
        expect(sightings).toHaveLength(isGood ? 1 : 0)
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
})
