import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY_MS, formatDate, parseDate } from '../../../rules/time/clock-text.ts'
import { LocalDay } from '../../../rules/time/local-day.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import type { TimePolicy, WindowPolicy } from '../../../rules/time/time-policy.ts'
import { referenceMoment } from '../../oracle/reference-time.ts'
import { EXAMPLE_TIME } from './example-time.ts'

const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) }
// The reference takes its time: 5 ms a policy alone, more beside other tests.
const TIMEOUT_MS = 30_000 + RUNS.numRuns * 20

/** Half-hour changes, changes at midnight, the southern half of the year, and no changes at all. */
const ZONES = [
  'Europe/London',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Nuuk',
  'America/Santiago',
  'America/Havana',
  'Pacific/Kiritimati',
  'Asia/Kolkata',
]

const FIRST_DAY = Date.UTC(2026, 7, 1) / DAY_MS
const DAYS = 365 * 2

const day = fc.integer({ min: FIRST_DAY, max: FIRST_DAY + DAYS }).map(formatDate)
const span = fc
  .tuple(fc.integer({ min: FIRST_DAY, max: FIRST_DAY + DAYS }), fc.integer({ min: 0, max: 250 }))
  .map(([first, length]) => ({
    name: 'span',
    from: formatDate(first),
    to: formatDate(first + length),
  }))
// Quarters of an hour, so that edges meet; a few odd seconds; and the hours in which clocks change.
const seconds = fc.oneof(
  fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 900),
  fc.integer({ min: 0, max: 16 }).map((quarter) => quarter * 900),
  fc.integer({ min: 0, max: 86_399 }),
)
const endSeconds = fc.oneof({ weight: 9, arbitrary: seconds }, fc.constant(86_400))
const clocks = fc.record({ startSeconds: seconds, endSeconds })
const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 })
const name = fc.constantFrom('a', 'b', 'c', 'lesson')

const window = fc
  .tuple(
    name,
    clocks,
    fc.option(weekdays, { nil: null }),
    fc.boolean(),
    fc.integer({ max: 3, min: 0 }),
  )
  .map(([name, times, days, onInset, dice]) => ({
    name,
    ...times,
    days,
    onInset,
    examDatesOnly: dice === 0,
    ...(dice === 1 && { onClosed: true }),
  }))
const timetable = (phase: string) =>
  fc.record({
    phase: fc.constant(phase),
    slots: fc.array(
      fc.tuple(name, clocks).map(([name, times]) => ({ name, ...times })),
      { maxLength: 4 },
    ),
  })
const exam = fc.tuple(day, clocks).map(([date, times]) => ({
  date,
  ...times,
  zone: 'hall',
  paper: `paper ${date}`,
  candidatesYear: null,
}))

const timed = fc.option(
  seconds.filter((second) => second > 0),
  { nil: null, freq: 2 },
)
const change = fc
  .record({
    date: day,
    name: fc.constant('change'),
    kind: fc.constantFrom(null, null, 'school' as const, 'inset' as const, 'closed' as const),
    opensSeconds: timed,
    closesSeconds: timed,
    dayType: fc.constantFrom(null, 'usual', 'short', 'long'),
  })
  // The policy's check refuses a day that closes before it opens.
  .filter(({ opensSeconds, closesSeconds }) => (opensSeconds ?? 0) < (closesSeconds ?? Infinity))

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

const dayTypes = fc.tuple(
  fc.record({
    name: fc.constant('short'),
    timetable: fc.tuple(timetable('secondary')),
    replaces: fc.subarray(['a', 'b']),
    windows: fc.array(window, { maxLength: 2 }),
  }),
  fc.record({
    name: fc.constant('long'),
    timetable: fc
      .subarray(['primary', 'secondary'])
      .chain((phases) => fc.tuple(...phases.map(timetable))),
    replaces: fc.subarray(['a', 'b', 'c']),
    windows: fc.array(window, { maxLength: 1 }),
  }),
)

const policies: fc.Arbitrary<TimePolicy> = fc
  .record({
    timezone: fc.constantFrom(...ZONES),
    days: fc.oneof(fc.constant([1, 2, 3, 4, 5, 6, 7]), weekdays),
    terms: fc.array(span, { minLength: 1, maxLength: 3 }),
    closed: fc.array(span, { maxLength: 1 }),
    inset: fc.array(day, { maxLength: 5 }),
    windows: fc.array(window, { maxLength: 5 }),
    timetable: fc.tuple(timetable('primary'), timetable('secondary')),
    exams: fc.array(exam, { maxLength: 4 }),
    dayTypes,
    weekly: fc.uniqueArray(
      fc.record({
        weekday: fc.integer({ min: 1, max: 7 }),
        dayType: fc.constantFrom('usual', 'short', 'long'),
      }),
      { maxLength: 2, selector: ({ weekday }) => weekday },
    ),
    changes: fc.uniqueArray(change, { maxLength: 6, selector: ({ date }) => date }),
  })
  .map((policy) => {
    const whole = (one: RawWindow): WindowPolicy => {
      // An exam window must have the times of an exam to hold at all.
      const times = one.examDatesOnly ? policy.exams[0] : undefined
      return {
        ...one,
        startSeconds: times?.startSeconds ?? one.startSeconds,
        endSeconds: times?.endSeconds ?? one.endSeconds,
        days: one.days ?? policy.days,
      }
    }
    return {
      ...policy,
      windows: policy.windows.map(whole),
      dayTypes: policy.dayTypes.map((type) => ({ ...type, windows: type.windows.map(whole) })),
    }
  })

type RawWindow = Omit<WindowPolicy, 'days'> & { readonly days: readonly number[] | null }

/** Around the nights when clocks change somewhere, or anywhere in two years; to the millisecond. */
const instants = fc.oneof(
  fc.integer({ min: FIRST_DAY * DAY_MS, max: (FIRST_DAY + DAYS) * DAY_MS }),
  fc
    .tuple(
      fc.constantFrom(
        ...['2026-09-05', '2026-10-03', '2026-10-24', '2026-10-29', '2026-11-01', '2027-03-14'],
        ...['2027-03-27', '2027-04-03', '2027-04-29', '2027-10-30', '2027-11-07', '2028-03-25'],
      ),
      fc.integer({ min: -48 * 60, max: 48 * 60 }),
    )
    .map(([date, minutes]) => Date.parse(`${date}T12:00:00Z`) + minutes * 60_000),
)

/** Around the policy's own dated changes: among two years of instants few would meet one. */
function nearChanges(policy: TimePolicy, shares: readonly number[]): number[] {
  return shares.map((share) => {
    const date = policy.changes[Math.floor(share * policy.changes.length)]?.date ?? '2026-09-01'
    return Date.parse(`${date}T00:00:00Z`) + Math.floor(((share * 997) % 1) * 40 * 3_600_000)
  })
}

function expectAgreement(time: SchoolTime, policy: TimePolicy, nowMs: number): void {
  const moment = time.at(nowMs)
  const reference = referenceMoment(policy, nowMs)
  const seen = {
    date: moment.date,
    dayKind: moment.dayKind,
    papers: moment.exams.map(({ paper }) => paper),
    windows: [null, 'primary', 'secondary', 'x'].map((phase) => moment.windowsOf(phase)),
  }
  expect(seen).toEqual({
    date: reference.date,
    dayKind: reference.dayKind,
    papers: reference.papers,
    windows: [null, 'primary', 'secondary', 'x'].map((phase) => reference.windowsOf(phase)),
  })
  expect(moment.from <= nowMs && nowMs < moment.until).toBe(true)
}

let clockChangesMet = 0
let changedDaysMet = 0

test(
  'V10: any policy at any instant is what its clock on the wall says',
  { timeout: TIMEOUT_MS },
  () => {
    fc.assert(
      fc.property(
        policies,
        fc.array(instants, { minLength: 1, maxLength: 6 }),
        fc.array(share, { maxLength: 4 }),
        (policy, several, shares) => {
          const time = new SchoolTime(policy)
          for (const nowMs of [...several, ...nearChanges(policy, shares)]) {
            expectAgreement(time, policy, nowMs)
            const { from, until, date } = time.at(nowMs)
            const local = new LocalDay(parseDate(date) ?? NaN, policy.timezone)
            if (local.end - local.start !== DAY_MS) clockChangesMet += 1
            if (policy.changes.some((one) => one.date === date)) changedDaysMet += 1
            expectAgreement(time, policy, from)
            expectAgreement(time, policy, until - 1)
          }
        },
      ),
      RUNS,
    )
    // Guard against a vacuous pass: some of these dates must really have a clock change.
    expect(clockChangesMet).toBeGreaterThan(0)
    expect(changedDaysMet).toBeGreaterThan(0)
  },
)

test(
  'V10: an edge is where something changes, and between edges nothing does',
  { timeout: TIMEOUT_MS },
  () => {
    fc.assert(
      fc.property(
        policies,
        instants,
        fc.array(share, { maxLength: 4 }),
        fc.boolean(),
        (policy, somewhen, shares, isNear) => {
          const nowMs = isNear ? (nearChanges(policy, shares)[0] ?? somewhen) : somewhen
          const edge = new SchoolTime(policy).nextEdge(nowMs)
          const { running } = referenceMoment(policy, nowMs)
          const horizon = Number.isFinite(edge) ? edge : nowMs + 400 * DAY_MS
          expect(edge).toBeGreaterThan(nowMs)
          const between = shares.map((share) => Math.floor(nowMs + share * (horizon - 1 - nowMs)))
          for (const at of [...between, horizon - 1])
            expect(referenceMoment(policy, at).running).toEqual(running)
          if (Number.isFinite(edge))
            expect(referenceMoment(policy, edge).running).not.toEqual(running)
        },
      ),
      RUNS,
    )
  },
)

test('asking in any order gives the answers of asking once', { timeout: TIMEOUT_MS }, () => {
  fc.assert(
    fc.property(
      policies,
      fc.array(instants, { minLength: 2, maxLength: 12 }),
      (policy, several) => {
        const time = new SchoolTime(policy)
        for (const nowMs of several) {
          expect(time.nextEdge(nowMs)).toBe(new SchoolTime(policy).nextEdge(nowMs))
          expect(time.at(nowMs)).toEqual(new SchoolTime(policy).at(nowMs))
        }
      },
    ),
    RUNS,
  )
})

test.each([
  ['the last school day before the clock change of October, and the change', '2026-10-23', 3],
  ['the exam Tuesday in January', '2027-01-12', 1],
  ['the days around the clock change in March', '2027-03-27', 3],
])('every five minutes, and a second before: %s', (_sentence, date, days) => {
  const time = new SchoolTime(EXAMPLE_TIME)
  const start = Date.parse(`${date}T00:00:00Z`)
  for (let at = start; at < start + days * DAY_MS; at += 300_000) {
    expectAgreement(time, EXAMPLE_TIME, at - 1000)
    expectAgreement(time, EXAMPLE_TIME, at)
  }
})
