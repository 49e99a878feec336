import { expect, test } from 'vitest'
import {
  MAX_SEARCHED_DAYS,
  momentPairs,
  pairsForPhase,
} from '../../../rules/direction/moment-pairs.ts'
import { SchoolTime, type Moment } from '../../../rules/time/school-time.ts'
import type { TimePolicy } from '../../../rules/time/time-policy.ts'
import { EXAMPLE_TIME, window } from '../time/example-time.ts'

const PHASES = [null, 'primary', 'secondary', 'sixth']

function keyOf(...moments: readonly Moment[]): string {
  return JSON.stringify(
    moments.map((moment) => [
      PHASES.map((phase) => moment.windowsOf(phase)),
      moment.exams.map(({ zone, candidatesYear }) => [zone, candidatesYear]),
    ]),
  )
}

/** Every combination of the years around the example's, found the slow way: from edge to edge. */
function searched(before: TimePolicy, after: TimePolicy): ReadonlySet<string> {
  const [then, now] = [new SchoolTime(before), new SchoolTime(after)]
  const found = new Set<string>()
  const end = Date.parse('2027-09-01T00:00:00Z')
  let at = Date.parse('2026-08-20T00:00:00Z')
  while (at < end) {
    const [was, is] = [then.at(at), now.at(at)]
    found.add(keyOf(was, is))
    at = Math.min(was.until, is.until)
  }
  return found
}

const NIGHTS: TimePolicy = {
  ...EXAMPLE_TIME,
  windows: [
    ...EXAMPLE_TIME.windows,
    window('night', ['22:00', '02:15'], { days: [1, 2, 3, 4, 5, 6, 7] }),
    window('small_hours', ['01:30', '02:30'], { days: [1, 2, 3, 4, 5, 6, 7] }),
  ],
  days: [1, 2, 3, 4, 5, 6, 7],
}

const PAIRS: readonly [says: string, before: TimePolicy, after: TimePolicy][] = [
  ['the same times', EXAMPLE_TIME, EXAMPLE_TIME],
  ['another half-term', EXAMPLE_TIME, { ...EXAMPLE_TIME, closed: EXAMPLE_TIME.closed.slice(1) }],
  ['no exam any more', EXAMPLE_TIME, { ...EXAMPLE_TIME, exams: [] }],
  ['INSET days moved', EXAMPLE_TIME, { ...EXAMPLE_TIME, inset: ['2026-11-30', '2027-01-09'] }],
  ['nights over both clock changes', NIGHTS, EXAMPLE_TIME],
  ['another time zone', EXAMPLE_TIME, { ...EXAMPLE_TIME, timezone: 'Asia/Tokyo' }],
  ['a time zone with other clock changes', NIGHTS, { ...NIGHTS, timezone: 'America/New_York' }],
]

test.each(PAIRS)('%s: every combination that the year has is found', (_says, before, after) => {
  const { pairs, complete } = momentPairs(before, after)
  const found = new Set(pairs.map(({ before: was, after: is }) => keyOf(was, is)))
  expect(complete).toBe(true)
  expect([...searched(before, after)].filter((key) => !found.has(key))).toEqual([])
  expect(found.size).toBe(pairs.length)
})

test('a phase has fewer moments, none of them twice', () => {
  const { pairs } = momentPairs(EXAMPLE_TIME, EXAMPLE_TIME)
  const own = pairsForPhase(pairs, 'primary')
  const keys = own.map(({ before }) =>
    JSON.stringify([
      before.windowsOf('primary'),
      before.exams.map(({ zone, candidatesYear }) => [zone, candidatesYear]),
    ]),
  )
  expect(own.length).toBeLessThan(pairs.length)
  expect(new Set(keys).size).toBe(own.length)
  expect(
    pairsForPhase(pairs, 'primary').some(({ before }) => before.inForce('lesson', 'primary')),
  ).toBe(true)
})

test('a calendar without a date has one moment; one that is too long is not searched to its end', () => {
  const never: TimePolicy = { ...EXAMPLE_TIME, terms: [], closed: [], inset: [], exams: [] }
  expect(momentPairs(never, never)).toMatchObject({ complete: true, pairs: { length: 1 } })
  const long: TimePolicy = {
    ...EXAMPLE_TIME,
    terms: [{ name: 'for ever', from: '2026-09-02', to: '2046-09-02' }],
  }
  expect(20 * 365).toBeGreaterThan(MAX_SEARCHED_DAYS)
  expect(momentPairs(EXAMPLE_TIME, long).complete).toBe(false)
})
