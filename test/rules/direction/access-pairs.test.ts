import { expect, test } from 'vitest'
import { accessPairs } from '../../../rules/direction/access-pairs.ts'
import { Footings } from '../../../rules/direction/footings.ts'
import { momentPairs } from '../../../rules/direction/moment-pairs.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const EXAMPLE = examplePolicy()

function changes(before: Policy, after: Policy) {
  return accessPairs({
    policies: [before, after],
    footings: [new Footings(before), new Footings(after)],
    moments: momentPairs(before.time, after.time).pairs,
  }).filter((pair) => pair.before.label !== pair.after.label)
}

test('the same policy twice has no pair of different footings, and every footing once a group', () => {
  expect(changes(EXAMPLE, EXAMPLE)).toEqual([])
})

test('a pair says who, where and when', () => {
  const after = examplePolicy('preset: strict\n', 'preset: secondary\n')
  expect(changes(EXAMPLE, after)).toMatchObject([
    {
      before: { label: 'refused (`reception_hours`)' },
      after: { label: '`staff_byod`' },
      who: {
        roles: ['staff'],
        ownership: 'personal',
        phases: [],
        zones: ['reception', 'meeting_room'],
      },
    },
  ])
})

test('a pair that is so in every zone names none', () => {
  const after = examplePolicy(
    'deny: out_of_hours\n',
    "profile: '{phase}_social'\n",
    "    explain: Pupils' devices are off the network outside school hours.\n",
    '',
  )
  const primary = changes(EXAMPLE, after).filter(({ who }) => who.phases.join() === 'primary')
  expect(primary).toMatchObject([
    {
      before: { label: 'refused (`out_of_hours`)' },
      after: { label: '`primary_social`' },
      who: { roles: ['pupil'], ownership: 'school', zones: [] },
    },
  ])
})

test('exams are compared for candidates and for others, in the room and elsewhere', () => {
  const after = { ...EXAMPLE, time: { ...EXAMPLE.time, exams: [] } }
  const back = changes(EXAMPLE, after).map(({ before, after: now, who }) => [
    before.label,
    now.label,
    who.ownership,
    who.zones.length,
  ])
  expect(back).toContainEqual(['`exam_allow_list`', '`secondary_lesson`', 'school', 1])
  // A candidate's phone, anywhere but in the exam room and where nobody's phone is used.
  expect(back).toContainEqual([
    'refused (`exam`)',
    'refused (`pupil_personal_device`)',
    'personal',
    11,
  ])
})
