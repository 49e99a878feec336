import { expect, test } from 'vitest'
import { policyOfChange } from './changed-example.ts'

test('a window with several slots is several of one name, each on its days', () => {
  const slots = [
    { start: '07:30', end: '08:30' },
    { start: '15:15', end: '17:30', days: ['mon', 'wed'] },
  ]
  const { time } = policyOfChange({ 'windows.clubs': { slots, inset: true } })
  expect(time.windows.filter(({ name }) => name === 'clubs')).toEqual([
    {
      ...{ name: 'clubs', startSeconds: 27_000, endSeconds: 30_600 },
      ...{ days: [1, 2, 3, 4, 5], onInset: true, examDatesOnly: false },
    },
    {
      ...{ name: 'clubs', startSeconds: 54_900, endSeconds: 63_000 },
      ...{ days: [1, 3], onInset: true, examDatesOnly: false },
    },
  ])
})

test('bank holidays of the part that the policy names are closed days', () => {
  const closedIn = (bank_holidays: string | undefined) =>
    policyOfChange({ 'calendar.bank_holidays': bank_holidays }).time.closed.map(({ from }) => from)
  expect(closedIn('england-and-wales')).toContain('2027-05-03')
  expect(closedIn('scotland')).toContain('2026-11-30')
  expect(closedIn('england-and-wales')).not.toContain('2026-11-30')
  expect(closedIn(undefined)).not.toContain('2027-05-03')
})

test('another type of day keeps everything of a window but its times', () => {
  const { time } = policyOfChange({
    day_types: {
      short_day: {
        timetable: { sixth: [['lesson', '09:00', '10:00']] },
        windows: { staff_day: { start: '07:30', end: '13:00' }, extended_school: { slots: [] } },
      },
    },
    'calendar.weekly': { fri: 'short_day' },
    'calendar.changes': [
      { date: '2026-12-18', name: 'End of term', opens: '10:00', closes: '13:00' },
    ],
  })
  expect(time.dayTypes).toEqual([
    {
      name: 'short_day',
      timetable: [
        { phase: 'sixth', slots: [{ name: 'lesson', startSeconds: 32_400, endSeconds: 36_000 }] },
      ],
      replaces: ['staff_day', 'extended_school'],
      windows: [
        {
          ...{ name: 'staff_day', startSeconds: 27_000, endSeconds: 46_800 },
          ...{ days: [1, 2, 3, 4, 5], onInset: true, examDatesOnly: false },
        },
      ],
    },
  ])
  expect(time.weekly).toEqual([{ weekday: 5, dayType: 'short_day' }])
  expect(time.changes).toEqual([
    {
      ...{ date: '2026-12-18', name: 'End of term', kind: null },
      ...{ opensSeconds: 36_000, closesSeconds: 46_800, dayType: null },
    },
  ])
})
