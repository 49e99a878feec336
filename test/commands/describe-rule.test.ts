import { expect, test } from 'vitest'
import { describeRule } from '../../commands/describe-rule.ts'
import { examplePolicy } from '../support/example-policy.ts'

const RULES: readonly [id: string, says: string | null][] = [
  [
    'pupil-personal',
    "a personal device of pupil: refused (pupil_personal_device); Pupils' own devices are not used on the school network.",
  ],
  [
    'staff-own-rooms',
    'a personal device of staff in staffroom, slt_office, staff_car_park: profile staff_byod',
  ],
  [
    'staff-laptop',
    'a personal device of type laptop of staff in no pupil area during staff_day: profile staff_byod',
  ],
  [
    'visitors',
    'a personal device of visitor with a voucher in reception, staffroom, meeting_room: profile visitor',
  ],
  ['category.money.gambling', null],
]

test.each(RULES)('%s', (id, says) => {
  expect(describeRule(examplePolicy(), id)).toBe(says)
})

test('a site rule says its hosts, for whom and why', () => {
  expect(describeRule(examplePolicy(), 'curriculum')).toMatch(
    /^allow bbc\.co\.uk, gov\.uk for secondary_lesson, .*visitor: Used in lessons/,
  )
})
