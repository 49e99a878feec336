import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { calendar } from '../../commands/calendar.ts'
import { captured } from '../support/captured-output.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'
import { icsOf } from '../rules/ics/ics-text.ts'

const POLICY = (SCHOOL_FILES['policy.yaml'] ?? '').replace(
  '  unknown:',
  '  hall: { pupil_area: true, exam: true }\n  unknown:',
)

function scene() {
  const school = schoolFolder({ 'policy.yaml': POLICY, 'term-dates.ics': TERM_DATES, 'x.ics': 'x' })
  const file = school.path('term-dates.ics')
  const run = (...args: readonly string[]) =>
    captured(() => calendar([...args, '--config', school.path('gate.yaml')]))
  return { school, file, run }
}

const TERM_DATES = icsOf(
  ['SUMMARY:Half term', 'DTSTART;VALUE=DATE:20261026', 'DTEND;VALUE=DATE:20261031'],
  ['SUMMARY:GCSE Latin', 'DTSTART:20261105T090000', 'DURATION:PT1H'],
  ['SUMMARY:Sports day', 'DTSTART;VALUE=DATE:20261106'],
)

test('an import prints what it makes of the file, and changes nothing', async () => {
  const { school, file, run } = scene()
  const { code, out, err } = await run('import', file)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out)
    .toBe(`# ${file}: 3 dates, 0 terms, 1 holidays, 0 INSET days, 0 changed days, 1 exams, 1 left out. Nothing is changed: what is right goes into the policy file.
calendar:
  closed:
    - { name: Half term, from: 2026-10-26, to: 2026-10-30 }
exams:
  - { date: 2026-11-05, start: 09:00, end: 10:00, zone: hall, paper: GCSE Latin }
# left out:
#   2026-11-06 Sports day: nothing that a calendar has here
`)
  expect(existsSync(school.path('records'))).toBe(false)
})

test('a file of which nothing can be made is exit code 1, with the reason', async () => {
  const { school, run } = scene()
  const ran = await run('import', school.path('x.ics'))
  expect(ran.code).toBe(1)
  expect(ran.out).toContain('#   not an iCalendar file: no line says BEGIN:VCALENDAR')
})

test.each([
  ['no subcommand', []],
  ['no file', ['import']],
  ['a file that is not there', ['import', '/nowhere.ics']],
  ['a zone without exams', ['import', 'FILE', '--exam-zone', 'office']],
  ['a date that is none', ['show', '--from', '2026-02-30']],
  ['too many days', ['show', '--days', '4000']],
  ['a device that the school has not', ['show', '--device', 'tablet']],
  ['a zone that the school has not', ['show', '--device', 'phone', '--zone', 'moon']],
  ['an address that is none', ['show', '--ip', 'here']],
])('%s is wrong usage', async (_says, args) => {
  const { file, run } = scene()
  const ran = await run(...args.map((arg) => (arg === 'FILE' ? file : arg)))
  expect(ran.code).toBe(2)
  expect(ran.err).toContain('usage: schoolgate calendar')
})

test('a device is shown what it gets from when to when, by the clock on the wall', async () => {
  const args = [
    'show',
    '--from',
    '2026-10-23',
    '--days',
    '4',
    '--device',
    'phone',
    '--zone',
    'hall',
  ]
  const { code, out } = await scene().run(...args)
  expect(code).toBe(0)
  // The clocks change on Sunday: half past eight stays half past eight.
  expect(out.replace(/ +\n/g, '\n')).toBe(`2026-10-23 Fri  school day
  00:00  refused (default)                 by access.default
  08:30  refused (reception_hours)         by staff-hours during reception_hours
  15:30  refused (default)                 by access.default
2026-10-24 Sat  closed
  00:00  refused (default)                 by access.default
2026-10-25 Sun  closed
  00:00  refused (default)                 by access.default
2026-10-26 Mon  school day
  00:00  refused (default)                 by access.default
  08:30  refused (reception_hours)         by staff-hours during reception_hours
  15:30  refused (default)                 by access.default
`)
})
