import { expect, test } from 'vitest'
import { Footings } from '../../../rules/direction/footings.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { examplePolicy } from '../../support/example-policy.ts'
import { deviceOf, zoneOf } from '../../support/sample-facts.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'

const POLICY = examplePolicy()
const TIME = new SchoolTime(POLICY.time)

function at(
  footings: Footings,
  clock: string,
  facts: Partial<DeviceFacts> | null,
  zone = 'classroom',
) {
  return footings.at({
    device: facts === null ? null : deviceOf(facts),
    zone: zoneOf({ id: zone, pupilArea: zone !== 'staffroom' }),
    moment: TIME.at(Date.parse(`2026-11-24T${clock}:00Z`)),
  })
}

test('a footing says profile, hold, alert and timed sites; different rules with one outcome are one', () => {
  const footings = new Footings(POLICY)
  expect(at(footings, '10:00', null)).toMatchObject({ confined: true, label: '`portal`' })
  expect(at(footings, '10:00', { state: 'lost' })).toMatchObject({
    alert: true,
    reason: 'lost',
    label: 'refused (`lost`)',
  })
  const morning = at(footings, '10:00', {}, 'staffroom')
  expect(morning).toMatchObject({ confined: false, alert: false, label: '`staff_byod`' })
  const evening = at(footings, '17:00', {}, 'staffroom')
  expect(evening.label).toBe('`staff_byod` with its timed sites')
  // By the rule of the staffroom and by that of laptops.
  expect(at(footings, '17:00', { type: 'laptop' }, 'reception')).not.toBe(morning)
  expect(at(footings, '16:00', { type: 'laptop' }, 'staffroom')).toBe(evening)
})

test('a profile that does not exist is a refusal, as in the engine', () => {
  const footings = new Footings(POLICY)
  const nursery = { role: 'pupil', ownership: 'school', phase: 'nursery', type: 'tablet' } as const
  const lesson = new Footings({
    ...POLICY,
    access: POLICY.access.map((rule) =>
      rule.id === 'pupil-lesson' ? { ...rule, during: null } : rule,
    ),
  })
  expect(at(lesson, '10:00', nursery).content.profile).toBeNull()
  expect(footings.contentOf('no_such_profile', false).profile).toBeNull()
})
