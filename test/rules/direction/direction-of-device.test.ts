import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeEffect } from '../../../rules/direction/describe-effect.ts'
import { directionOfDevice } from '../../../rules/direction/direction-of-device.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { device } from '../../support/arbitrary-policy.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { deviceOf } from '../../support/sample-facts.ts'

type Facts = Partial<DeviceFacts> | null

const ROWS: readonly [says: string, before: Facts, after: Facts, direction: string][] = [
  [
    'a pending device is registered: as before, it gets the portal',
    null,
    { state: 'pending' },
    'neutral',
  ],
  ['a device is registered and approved at once', null, {}, 'loosen'],
  [
    'a device without agreement is approved: it still gets the portal',
    null,
    { aup: 'missing' },
    'neutral',
  ],
  ['a device is registered as lost', null, { state: 'lost' }, 'tighten'],
  ['a device is removed', {}, null, 'tighten'],
  ['a pending device is removed', { state: 'pending' }, null, 'neutral'],
  ['a lost device is removed: it could come back unknown', { state: 'lost' }, null, 'loosen'],
  ['approval', { state: 'pending' }, {}, 'loosen'],
  ['a device is reported lost', {}, { state: 'lost' }, 'tighten'],
  ['a device is suspended', {}, { state: 'suspended' }, 'tighten'],
  ['a device is held in quarantine', {}, { state: 'quarantine' }, 'tighten'],
  ['a device comes out of quarantine', { state: 'quarantine' }, {}, 'loosen'],
  ['a lost device is found', { state: 'lost' }, {}, 'loosen'],
  [
    'a lost device is revoked: refused either way',
    { state: 'lost' },
    { state: 'revoked' },
    'neutral',
  ],
  [
    'a suspended device waits for approval again',
    { state: 'suspended' },
    { state: 'pending' },
    'loosen',
  ],
  ['the agreement is signed', { aup: 'missing' }, {}, 'loosen'],
  ['the agreement has run out', {}, { aup: 'missing' }, 'tighten'],
  ['a grant is given', {}, { grant: 'medical' }, 'loosen'],
  ['a grant is taken back', { grant: 'dependant_illness' }, {}, 'tighten'],
  ['one grant for another', { grant: 'medical' }, { grant: 'dependant_illness' }, 'loosen'],
  ['a voucher', {}, { voucher: 'active' }, 'loosen'],
  ['a voucher that has run out', { voucher: 'active' }, { voucher: 'expired' }, 'tighten'],
  ['a voucher that was never good', {}, { voucher: 'expired' }, 'neutral'],
  ['a failed check', {}, { posture: 'failed:av' }, 'tighten'],
  ['a check that passes again', { posture: 'stale' }, {}, 'loosen'],
  ['another failed check', { posture: 'stale' }, { posture: 'failed:av' }, 'neutral'],
  ['an exam candidate', {}, { examCandidate: true }, 'tighten'],
  ['no candidate any more', { examCandidate: true }, {}, 'loosen'],
  [
    'a candidate with a school device',
    { ownership: 'school' },
    { ownership: 'school', examCandidate: true },
    'neutral',
  ],
  [
    'a candidate of another year sits other exams',
    { examCandidate: true, year: 11 },
    { examCandidate: true, year: 12 },
    'loosen',
  ],
  ['the year of somebody who sits no exam', { year: 9 }, { year: 10 }, 'neutral'],
  ['another role', { role: 'visitor' }, {}, 'loosen'],
  ['another ownership', {}, { ownership: 'school' }, 'loosen'],
  ['another phase', { phase: 'primary' }, { phase: 'secondary' }, 'loosen'],
  ['another type', {}, { type: 'laptop' }, 'loosen'],
  ['another owner, who may have a grant', {}, { personRef: 'p-2' }, 'loosen'],
  ['no owner any more: an exam or a focus was the owner’s', {}, { personRef: null }, 'loosen'],
  ['the certificate of the school', {}, { carriesCa: true }, 'neutral'],
  ['another address', {}, { addresses: ['10.0.0.7'] }, 'loosen'],
  ['an address less', { octet: 7 }, {}, 'tighten'],
  ['an address less of a lost device', { state: 'lost', octet: 7 }, { state: 'lost' }, 'loosen'],
  ['an address more of a lost device', { state: 'lost' }, { state: 'lost', octet: 7 }, 'tighten'],
  [
    'an address of a pending device',
    { state: 'pending' },
    { state: 'pending', octet: 7 },
    'neutral',
  ],
  ['more and less in one change', {}, { state: 'lost', grant: 'medical' }, 'loosen'],
]

test.each(ROWS)('%s', (_says, before, after, direction) => {
  const [was, is] = [before, after].map((facts) => (facts === null ? null : deviceOf(facts)))
  expect(directionOfDevice(was ?? null, is ?? null).direction).toBe(direction)
})

test('the role that may do more is named; a device that leaves or joins the pupils counts as theirs', () => {
  const approved = directionOfDevice(deviceOf({ state: 'pending' }), deviceOf())
  expect(approved).toMatchObject({ affectedRoles: ['staff'], loosensPupils: false })
  expect(approved.loosens.map(describeEffect)).toEqual([
    'staff: `phone`: pending (portal) becomes approved',
  ])
  for (const [was, is] of [
    ['staff', 'pupil'],
    ['pupil', 'staff'],
  ] as const)
    expect(directionOfDevice(deviceOf({ role: was }), deviceOf({ role: is }))).toMatchObject({
      affectedRoles: ['pupil', 'staff'],
      loosensPupils: true,
    })
})

test('what tightens one way loosens the other, and nothing is what a device does to itself', () => {
  let tightened = 0
  fc.assert(
    fc.property(fc.option(device), fc.option(device), (before, after) => {
      const there = directionOfDevice(before, after)
      const back = directionOfDevice(after, before)
      expect(directionOfDevice(before, before).direction).toBe('neutral')
      if (there.direction === 'neutral') expect(back.direction).toBe('neutral')
      if (there.direction !== 'tighten') return
      tightened += 1
      expect(back.direction).toBe('loosen')
    }),
    { numRuns: FUZZ_RUNS },
  )
  expect(tightened).toBeGreaterThan(0)
})
