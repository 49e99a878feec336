import { parseClock } from '../../../rules/time/clock-text.ts'
import type { PhaseTimetable, TimePolicy, WindowPolicy } from '../../../rules/time/time-policy.ts'

/** `HH:MM` in seconds, for tests and benches that write their times as people do. */
export function clock(text: string): number {
  const seconds = parseClock(text)
  if (seconds === undefined) throw new Error(`bad time of day \`${text}\` in a test`)
  return seconds
}

/** A window of every school day unless `more` says otherwise. */
export function window(
  name: string,
  [start, end]: readonly [string, string],
  more: Partial<WindowPolicy> = {},
): WindowPolicy {
  return {
    name,
    startSeconds: clock(start),
    endSeconds: clock(end),
    days: [1, 2, 3, 4, 5],
    onInset: false,
    examDatesOnly: false,
    ...more,
  }
}

function timetable(phase: string, slots: readonly string[]): PhaseTimetable {
  return {
    phase,
    slots: slots.map((line) => {
      const [name = '', start = '', end = ''] = line.split(' ')
      return { name, startSeconds: clock(start), endSeconds: clock(end) }
    }),
  }
}

const SECONDARY = [
  'registration 08:45 08:55',
  'lesson 08:55 09:55',
  'lesson 09:55 10:55',
  'break 10:55 11:15',
  'lesson 11:15 12:15',
  'lesson 12:15 13:15',
  'lunch 13:15 14:00',
  'lesson 14:00 15:00',
  'tutor 15:00 15:15',
]

function exam(date: string, [start, end]: readonly [string, string], paper: string) {
  const [startSeconds, endSeconds] = [clock(start), clock(end)]
  return { date, startSeconds, endSeconds, zone: 'exam_hall', paper, candidatesYear: 11 }
}

/** The times of the example school (requirements.md 7.1), with two exams on days without lessons. */
export const EXAMPLE_TIME: TimePolicy = {
  timezone: 'Europe/London',
  days: [1, 2, 3, 4, 5],
  terms: [
    { name: 'Autumn 2026', from: '2026-09-02', to: '2026-12-18' },
    { name: 'Spring 2027', from: '2027-01-05', to: '2027-03-25' },
    { name: 'Summer 2027', from: '2027-04-12', to: '2027-07-21' },
  ],
  closed: [
    { name: 'October half-term', from: '2026-10-26', to: '2026-10-30' },
    { name: 'February half-term', from: '2027-02-15', to: '2027-02-19' },
    { name: 'Early May bank holiday', from: '2027-05-03', to: '2027-05-03' },
    { name: 'May half-term', from: '2027-05-31', to: '2027-06-04' },
  ],
  inset: ['2026-11-27', '2027-01-04', '2027-06-12'],
  windows: [
    window('reception_hours', ['08:30', '15:30']),
    window('staff_day', ['07:30', '18:00'], { onInset: true }),
    window('extended_school', ['15:15', '17:30']),
    window('governors_meeting', ['17:30', '19:30'], { days: [4], onInset: true }),
    window('exam_am', ['09:00', '12:00'], { examDatesOnly: true }),
    window('exam_pm', ['13:30', '16:30'], { examDatesOnly: true }),
  ],
  timetable: [
    timetable('primary', [
      'registration 08:45 08:55',
      'lesson 08:55 10:30',
      'break 10:30 10:45',
      'lesson 10:45 12:00',
      'lunch 12:00 13:00',
      'lesson 13:00 15:15',
    ]),
    timetable('secondary', SECONDARY),
    timetable('sixth', SECONDARY),
  ],
  dayTypes: [],
  weekly: [],
  changes: [],
  exams: [
    exam('2027-01-12', ['09:00', '12:00'], 'GCSE Mathematics Paper 1 (mock)'),
    exam('2027-01-12', ['13:30', '16:30'], 'GCSE English Language Paper 1 (mock)'),
    exam('2027-05-12', ['09:00', '12:00'], 'GCSE Biology Paper 1'),
    exam('2027-05-13', ['10:00', '11:30'], 'GCSE Latin (no window has these times)'),
    exam('2027-06-05', ['09:00', '12:00'], 'Saturday exam in May half-term'),
  ],
}
