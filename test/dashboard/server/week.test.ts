import { expect, it } from 'vitest'
import { weekOf } from '../../../dashboard/server/week.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const { time } = examplePolicy()

const windowsOf = (date: string) =>
  weekOf(time, Date.parse(`${date}T10:00:00Z`)).find((day) => day.date === date)?.windows

it('a week begins with its Monday, whichever day of it is asked for', () => {
  for (const date of ['2026-11-23', '2026-11-25', '2026-11-29'])
    expect(weekOf(time, Date.parse(`${date}T10:00:00Z`)).map((day) => day.date)).toEqual([
      ...['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27'],
      ...['2026-11-28', '2026-11-29'],
    ])
})

it('reception hours are from 08:30 to 15:30, in one piece', () => {
  const hours = windowsOf('2026-11-24')?.filter(({ name }) => name === 'reception_hours')
  expect(hours).toEqual([{ name: 'reception_hours', from: 510, to: 930 }])
})

it('on a weekend what holds is for days on which the school is closed', () => {
  expect(windowsOf('2026-11-28')).toEqual([{ name: 'holiday', from: 8 * 60, to: 20 * 60 }])
})

it('a day with a clock change is a day', () => {
  const days = weekOf(time, Date.parse('2027-03-27T12:00:00Z'))
  expect(new Set(days.map(({ date }) => date)).size).toBe(7)
})
