import { expect, test } from 'vitest'
import { phaseOf, readPhases, yearOf } from '../../../records/imports/school-years.ts'

const person = (phase: string, year: number) => ({
  role: 'pupil' as const,
  phase,
  year,
  details: '',
})
const NOBODY = { people: new Map() }

test.each([
  ['9', 9],
  ['09', 9],
  ['Year 9', 9],
  ['Y13', 13],
  ['R', 0],
  ['KG', 0],
  ['15', null],
  ['PS', null],
  ['', null],
])('grade `%s` is year %s', (grade, year) => {
  expect(yearOf(grade)).toBe(year)
})

test('phases are as they were typed, and a slip is told', () => {
  expect(readPhases('primary=0-6, sixth=12')).toEqual([
    { phase: 'primary', from: 0, to: 6 },
    { phase: 'sixth', from: 12, to: 12 },
  ])
  for (const slip of ['primary', 'primary=6-0', 'primary=0-99', ''])
    expect(readPhases(slip)).toContain('is no phase and its years')
})

test('what was said goes before what the register has, and that before England', () => {
  const register = { people: new Map([['p-1', person('upper', 9)]]) }
  expect(phaseOf(9, [{ phase: 'middle', from: 9, to: 9 }], register)).toBe('middle')
  expect(phaseOf(9, null, register)).toBe('upper')
  expect(phaseOf(10, null, register)).toBe('secondary')
  expect(phaseOf(4, null, NOBODY)).toBe('primary')
  expect(phaseOf(null, null, NOBODY)).toBeNull()
})

test('a year that is in two phases already is nobody’s to guess by', () => {
  const people = new Map([
    ['p-1', person('upper', 9)],
    ['p-2', person('lower', 9)],
  ])
  expect(phaseOf(9, null, { people })).toBe('secondary')
  expect(phaseOf(9, [], { people })).toBeNull()
})
