import { expect, test } from 'vitest'
import { unknown, windowNames } from '../../../rules/policy/unknown-name.ts'
import { policySchema } from '../../../rules/policy/policy-schema.ts'
import { parse } from 'yaml'
import { changedExample } from './changed-example.ts'

test('a word that nobody defined gets the nearest one that somebody did', () => {
  expect(unknown('window', 'staff_dya', ['lesson', 'staff_day'])).toBe(
    'no window `staff_dya`; did you mean `staff_day`?',
  )
  expect(unknown('zone', 'moon', ['library'])).toBe('no zone `moon`')
})

test('windows are those of the policy, and the slots of every timetable, each once', () => {
  const day_types = { short_day: { timetable: { sixth: [['assembly', '09:00', '10:00']] } } }
  const names = windowNames(policySchema.parse(parse(changedExample({ day_types }))))
  expect(names).toContain('reception_hours')
  expect(names.filter((name) => name === 'lesson')).toHaveLength(1)
  expect(names).toContain('assembly')
})
