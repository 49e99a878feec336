import { expect, test } from 'vitest'
import { InForceCombinations } from '../../../rules/time/in-force.ts'
import type { Period } from '../../../rules/time/periods.ts'

function period(index: number, name: string, phase: string | null, minutes: number): Period {
  return {
    index,
    name,
    phase,
    startSeconds: 0,
    endSeconds: minutes * 60,
    needsPupils: true,
    holdsOn: () => true,
  }
}

const DAY = period(0, 'day', null, 600)
const CLUB = period(1, 'club', null, 60)
const LESSON = period(2, 'lesson', 'primary', 95)
const SHORT_LESSON = period(3, 'lesson', 'secondary', 50)
const ASSEMBLY = period(4, 'assembly', 'secondary', 60)

test('shortest first, then by name, each name once at its shortest', () => {
  const all = new InForceCombinations().of([DAY, CLUB, LESSON, SHORT_LESSON, ASSEMBLY])
  expect(all.windowsOf(null)).toEqual(['lesson', 'assembly', 'club', 'day'])
  expect(all.windowsOf('primary')).toEqual(['club', 'lesson', 'day'])
  expect(all.windowsOf('secondary')).toEqual(['lesson', 'assembly', 'club', 'day'])
  expect(all.windowsOf('sixth')).toEqual(['club', 'day'])
})

test('the same periods are the same object, and equal names the same frozen array', () => {
  const combinations = new InForceCombinations()
  const both = combinations.of([DAY, LESSON])
  expect(combinations.of([DAY, LESSON])).toBe(both)
  expect(combinations.of([DAY]).windowsOf(null)).toBe(both.windowsOf('sixth'))
  expect(Object.isFrozen(both.windowsOf(null))).toBe(true)
})
