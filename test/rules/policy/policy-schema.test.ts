import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { policySchema } from '../../../rules/policy/policy-schema.ts'

const EXAMPLE = readFileSync(new URL('../../../examples/policy.yaml', import.meta.url), 'utf8')

/** The least that is a policy: what a school must say, and nothing that has a default. */
const LEAST = {
  school: {
    id: 'ex',
    name: 'Example',
    timezone: 'Europe/London',
    phases: ['secondary'],
    ask: 'the office',
    help: [],
    monitoring_notice: 'What is refused is recorded.',
  },
  calendar: { days: ['mon'], terms: [] },
  zones: { unknown: { pupil_area: true } },
  profiles: {},
  access: [],
}

test('the least policy has the defaults that design.md names', () => {
  const document = policySchema.parse(LEAST)
  expect(document).toMatchObject({
    calendar: { closed: [], inset: [] },
    windows: {},
    timetable: {},
    zones: { unknown: { networks: [], mobile_free: false, exam: false } },
    exams: [],
    grants: {},
    presets: {},
    sites: [],
    corrections: [],
    lists: [],
  })
  const profiles = { staff: { start_from: 'staff' }, portal: { only: {} } }
  expect(policySchema.parse({ ...LEAST, profiles }).profiles).toMatchObject({
    staff: { change: {}, social: false, blocked_answer: 'by_ca' },
    portal: { only: { hosts: [], categories: [] } },
  })
})

test('one word and a list of one mean the same', () => {
  const rule = (role: unknown) => ({ ...LEAST, access: [{ role, profile: 'staff' }] })
  expect(policySchema.parse(rule('staff'))).toEqual(policySchema.parse(rule(['staff'])))
})

test('the example is well-formed', () => {
  expect(policySchema.safeParse(parse(EXAMPLE)).success).toBe(true)
})

const window = { start: '08:30', end: '15:30' }
const exam = { date: '2027-01-12', ...window, zone: 'hall', paper: 'Mathematics' }

const REFUSED: readonly [says: string, part: object, at: string][] = [
  ['an id with a capital', { zones: { Hall: { pupil_area: true } } }, 'zones.Hall'],
  ['an id that begins with a hyphen', { windows: { '-am': window } }, 'windows.-am'],
  ['an id of 65 letters', { windows: { ['a'.repeat(65)]: window } }, `windows.${'a'.repeat(65)}`],
  [
    'a time of day as a number',
    { windows: { am: { start: 510, end: '15:30' } } },
    'windows.am.start',
  ],
  ['a day that is none', { windows: { am: { ...window, days: ['moon'] } } }, 'windows.am.days.0'],
  ['a window without days', { windows: { am: { ...window, days: [] } } }, 'windows.am.days'],
  ['a slot without an end', { timetable: { sixth: [['lesson', '09:00']] } }, 'timetable.sixth.0'],
  [
    'a zone that does not say whether pupils are there',
    { zones: { hall: {} } },
    'zones.hall.pupil_area',
  ],
  [
    'an action that is none',
    { profiles: { a: { change: { 'media.games': 'maybe' } } } },
    'profiles.a.change.media.games',
  ],
  [
    'a column that is none',
    { profiles: { a: { start_from: 'tertiary' } } },
    'profiles.a.start_from',
  ],
  ['a role that is none', { access: [{ role: 'parent' }] }, 'access.0.role.0'],
  ['an empty list of roles', { access: [{ role: [] }] }, 'access.0.role'],
  ['a voucher that need not be active', { access: [{ voucher: 'expired' }] }, 'access.0.voucher'],
  [
    'a year above sixth form',
    { exams: [{ ...exam, candidates_year: 15 }] },
    'exams.0.candidates_year',
  ],
  ['a site rule without a reason', { sites: [{ allow: ['a.example'] }] }, 'sites.0.because'],
  [
    'a correction without a reason',
    { corrections: [{ host: 'a.example' }] },
    'corrections.0.because',
  ],
  [
    'help that runs a script',
    { school: { ...LEAST.school, help: [{ label: 'Help', url: 'javascript:alert(1)' }] } },
    'school.help.0.url',
  ],
  ['a name of megabytes', { school: { ...LEAST.school, name: 'a'.repeat(2001) } }, 'school.name'],
  [
    'more lists than any school has',
    { lists: Array(1001).fill({ id: 'a', folder: 'a' }) },
    'lists',
  ],
]

test.each(REFUSED)('%s is refused at its place', (_says, part, at) => {
  const result = policySchema.safeParse({ ...LEAST, ...part })
  expect(result.error?.issues.map(({ path }) => path.join('.'))).toEqual([at])
})

test('a key that the schema does not know is refused, wherever it stands', () => {
  const result = policySchema.safeParse({ ...LEAST, zones: { unknown: { pupil_aera: true } } })
  expect(result.error?.issues).toContainEqual(
    expect.objectContaining({ code: 'unrecognized_keys', keys: ['pupil_aera'] }),
  )
})
