import { expect, test } from 'vitest'
import { parseDate } from '../../../rules/time/clock-text.ts'
import { InForceCombinations } from '../../../rules/time/in-force.ts'
import { LocalDay } from '../../../rules/time/local-day.ts'
import type { Period } from '../../../rules/time/periods.ts'
import { SchoolDay } from '../../../rules/time/school-day.ts'

const LOCAL = new LocalDay(parseDate('2026-11-24') ?? NaN, 'Europe/London')
const HOUR = 3_600_000
const COMBINATIONS = new InForceCombinations()

function dayWith(hours: readonly (readonly [number, number])[], kindChanges = false): SchoolDay {
  const periods = hours.map(([from, until], index) => {
    const what: Period = {
      ...{ index, name: `${from}-${until}`, phase: null },
      ...{
        startSeconds: from * 3600,
        endSeconds: until * 3600,
        needsPupils: true,
        holdsOn: () => true,
      },
    }
    return { from: LOCAL.start + from * HOUR, until: LOCAL.start + until * HOUR, what }
  })
  const combine = (together: readonly Period[]) => COMBINATIONS.of(together)
  return new SchoolDay({ local: LOCAL, kind: 'school', kindChanges, periods, exams: [], combine })
}

function cutsOf(day: SchoolDay): number[] {
  const cuts: number[] = []
  for (let at = day.cutAfter(LOCAL.start - 1); at !== undefined; at = day.cutAfter(at))
    cuts.push((at - LOCAL.start) / HOUR)
  return cuts
}

test.each<[string, [number, number][], boolean, number[]]>([
  ['an empty date has no cut', [], false, []],
  ['its midnight is one where the kind of day changes', [], true, [0]],
  [
    'two windows that meet have three cuts',
    [
      [8, 9],
      [9, 10],
    ],
    false,
    [8, 9, 10],
  ],
  ['a night that ends in the morning cuts once', [[-2, 6]], false, [6]],
  ['a night that ends at midnight cuts there', [[-2, 0]], false, [0]],
  ['a night that begins cuts once', [[22, 30]], false, [22]],
  ['what ends with the date is cut by the next one', [[22, 24]], false, [22]],
])('%s', (_sentence, hours, kindChanges, expected) => {
  expect(cutsOf(dayWith(hours, kindChanges))).toEqual(expected)
})

test('a moment reaches from one cut to the next, and the last to the end of the date', () => {
  const day = dayWith([
    [8, 9],
    [8, 22],
  ])
  const spans = [0, 8, 21.999, 22, 23.999].map((hour) => {
    const { from, until } = day.momentAt(LOCAL.start + hour * HOUR)
    return [(from - LOCAL.start) / HOUR, (until - LOCAL.start) / HOUR]
  })
  expect(spans).toEqual([
    [0, 8],
    [8, 9],
    [9, 22],
    [22, 24],
    [22, 24],
  ])
})
