import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  disconnectRequest,
  readDisconnectAnswer,
} from '../../../../../proxy/clients/sources/radius/disconnect.ts'
import type { RadiusSession } from '../../../../../proxy/clients/sources/radius/sessions.ts'
import { FUZZ_RUNS } from '../../../../support/fuzz-runs.ts'
import { answerOf, attributesOf, isSigned, SECRET } from '../../../../support/radius-packets.ts'
import { macOf, SEEN_AT } from '../../../../support/sightings.ts'

const secret = Buffer.from(SECRET)
const SESSION: RadiusSession = {
  ...{ key: 'k', nas: '10.0.0.2', reporter: 'wlc-1', id: 's1', nasIdentifier: 'wlc-1' },
  ...{ nasAddress: '10.0.0.2', account: 'jo', mac: macOf('da:a1:19:00:00:02') },
  ...{ callingStation: 'DA-A1-19-00-00-02', addresses: [], place: null, at: SEEN_AT },
}

function requestOf(session: Partial<RadiusSession> = {}): Buffer {
  return disconnectRequest({ ...SESSION, ...session }, { id: 7, secret, at: SEEN_AT })
}

test('a Disconnect-Request names the session as its NAS told of it, dated and signed', () => {
  const request = requestOf()
  expect([request.readUInt8(0), request.readUInt8(1)]).toEqual([40, 7])
  expect(isSigned(request)).toBe(true)
  const attributes = attributesOf(request)
  expect(attributes.get(55)?.readUInt32BE()).toBe(SEEN_AT / 1000)
  expect(attributes.get(4)).toEqual(Buffer.from([10, 0, 0, 2]))
  expect([32, 1, 44, 31].map((type) => attributes.get(type)?.toString())).toEqual([
    'wlc-1',
    'jo',
    's1',
    'DA-A1-19-00-00-02',
  ])
})

test('a NAS with an IPv6 address is named by it, and a session without a number by its hardware', () => {
  const attributes = attributesOf(
    requestOf({ nasAddress: '2001:db8::2', id: SESSION.mac ?? '', account: null }),
  )
  expect(attributes.get(95)?.toString('hex')).toBe('20010db8000000000000000000000002')
  expect([attributes.has(4), attributes.has(44), attributes.has(1)]).toEqual([false, false, false])
})

const errorCause = (number: number) => [[101, number] as const]

test.each<[says: string, answer: Buffer, means: string | null]>([
  ['an ACK', answerOf(requestOf(), { code: 41 }), 'ack'],
  ['a NAK', answerOf(requestOf(), { code: 42 }), 'nak'],
  [
    'a NAK of a session that is gone',
    answerOf(requestOf(), { code: 42, attributes: errorCause(503) }),
    'gone',
  ],
  [
    'a NAK for another cause',
    answerOf(requestOf(), { code: 42, attributes: errorCause(501) }),
    'nak',
  ],
  ['an ACK to a CoA-Request', answerOf(requestOf(), { code: 44 }), null],
  [
    'an ACK of another secret',
    answerOf(requestOf(), { code: 41, secret: 'not-the-secret-of-ours' }),
    null,
  ],
  ['an ACK to another request', answerOf(requestOf({ id: 's2' }), { code: 41 }), null],
  [
    'an ACK with a Message-Authenticator that is not right',
    answerOf(requestOf(), { code: 41, attributes: [[80, Buffer.alloc(16)]] }),
    null,
  ],
])('%s is taken for what it is', (_says, answer, means) => {
  expect(readDisconnectAnswer(answer, requestOf(), secret)).toBe(means)
})

test('an answer with any octet changed says nothing', () => {
  const answer = answerOf(requestOf(), { code: 41 })
  fc.assert(
    fc.property(fc.nat(answer.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(answer)
      changed.writeUInt8(changed.readUInt8(at) ^ flip, at)
      expect(readDisconnectAnswer(changed, requestOf(), secret)).toBeNull()
    }),
    { numRuns: FUZZ_RUNS },
  )
})
