import { expect, test } from 'vitest'
import { faultsOfTerm, termOfSite } from '../../../rules/policy/term-of-site.ts'

const LONDON = 'Europe/London'
const at = (text: string): number => Date.parse(text)

const TERMS: readonly [says: string, from: string | undefined, until: string, to: string][] = [
  ['a date is the whole of it', undefined, '2026-12-18', '2026-12-19T00:00:00Z'],
  [
    'a time of day is by the clock of the school',
    undefined,
    '2026-07-01T15:30',
    '2026-07-01T14:30:00Z',
  ],
  ['a space does as well', undefined, '2026-12-18 15:30', '2026-12-18T15:30:00Z'],
  ['an offset says which clock', undefined, '2026-12-18T15:30:00+01:00', '2026-12-18T14:30:00Z'],
  [
    'the day of a clock change is as long as it is',
    undefined,
    '2026-10-25',
    '2026-10-26T00:00:00Z',
  ],
  ['and the one before it', undefined, '2026-10-24', '2026-10-24T23:00:00Z'],
]

test.each(TERMS)('%s', (_says, from, until, to) => {
  expect(termOfSite({ from, until }, LONDON)).toEqual({ from: -Infinity, to: at(to) })
})

test('a beginning is the first moment of its date, and may have no end', () => {
  const from = at('2026-06-30T23:00:00Z')
  expect(termOfSite({ from: '2026-07-01' }, LONDON)).toEqual({ from, to: Infinity })
  expect(termOfSite({ from: '2026-07-01', until: '2026-07-01' }, LONDON)).toEqual({
    ...{ from, to: at('2026-07-01T23:00:00Z') },
  })
})

test('a rule that says neither has no term: it holds always', () => {
  expect(termOfSite({}, LONDON)).toBeNull()
})

const FAULTS: readonly [text: string, until: string][] = [
  ['no date', 'Friday'],
  ['no date of the calendar', '2026-02-30'],
  ['no time of the clock', '2026-12-18T25:00'],
  ['nothing', ''],
]

test.each(FAULTS)('%s is no time, and the problem says what to write', (_says, until) => {
  expect(faultsOfTerm({ until }, LONDON)).toEqual([
    ['until', expect.stringContaining('is no time: write a date (2026-12-18)') as string],
  ])
  expect(faultsOfTerm({ from: until, until: '2026-12-18' }, LONDON)[0]?.[0]).toBe('from')
})

test('an end before its beginning is a fault, and the same date is none', () => {
  expect(faultsOfTerm({ from: '2026-12-18', until: '2026-12-17' }, LONDON)).toEqual([
    ['until', 'it would end at `2026-12-17`, before it begins'],
  ])
  expect(faultsOfTerm({ from: '2026-12-18', until: '2026-12-18' }, LONDON)).toEqual([])
  expect(faultsOfTerm({}, LONDON)).toEqual([])
})
