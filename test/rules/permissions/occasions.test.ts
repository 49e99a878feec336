import { describe, expect, test } from 'vitest'
import { judgeAccess } from '../../../rules/access/judge-access.ts'
import type { Occasion } from '../../../rules/permissions/occasions.ts'
import { PermissionIndex } from '../../../rules/permissions/permission-index.ts'
import { NO_PERMISSIONS, type Permissions } from '../../../rules/permissions/permissions.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { readExamplePolicy } from '../../examples/example-engine.ts'
import { deviceOf, zoneOf } from '../../support/sample-facts.ts'
import { grantOf } from './sample-permissions.ts'

const POLICY = readExamplePolicy()
const TIME = new SchoolTime(POLICY.time)
const LESSON = Date.parse('2026-11-24T10:00:00Z')
const EXAM = Date.parse('2027-01-12T10:00:00Z')
const HOUR = 3_600_000

function occasionOf(facts: Partial<Occasion>): Occasion {
  return {
    ...{ id: 'o1', kind: 'exam_room', from: 0, to: Infinity, people: [], devices: [] },
    ...{ years: [], zones: [], profile: null },
    ...facts,
  }
}

interface Who extends Partial<DeviceFacts> {
  readonly at?: number
  readonly in?: string
}

/** `profile`, or the reason and whether it alerts; with the rule and the window that decided. */
function answer(
  permissions: Partial<Permissions>,
  { at = LESSON, in: zone = 'classroom', ...facts }: Who,
) {
  const found = POLICY.zones.find(({ id }) => id === zone) ?? zoneOf()
  const asked = { device: deviceOf(facts), zone: found, moment: TIME.at(at) }
  const index = new PermissionIndex({ ...NO_PERMISSIONS, ...permissions })
  const outcome = judgeAccess(POLICY, asked, index.inForce(asked, at))
  const { profile, reasonCode, alert, ruleId } = outcome
  return `${profile ?? reasonCode ?? ''}${alert ? ' alert' : ''} by ${ruleId}`
}

const PUPIL = { role: 'pupil', phase: 'secondary', year: 9, ownership: 'school' } as const
const PUPILS_PHONE = { ...PUPIL, ownership: 'personal', type: 'phone' } as const
const CANDIDATE = { ...PUPIL, year: 11, examCandidate: true } as const
const CANDIDATES_PHONE = { ...CANDIDATE, ownership: 'personal', type: 'phone' } as const
const STAFF_PHONE = { role: 'staff', ownership: 'personal', type: 'phone' } as const

const of = (...occasions: Partial<Occasion>[]) => ({ occasions: occasions.map(occasionOf) })
const LIBRARY = of({ kind: 'exam_room', zones: ['library'] })
const EXTRA = of({ kind: 'extra_time', zones: ['library'], people: ['p-7'] })
const REHEARSAL = of({ kind: 'exam_rehearsal', zones: ['library'] })
const MOVED = of(
  { id: 'away', kind: 'exam_release', zones: ['exam_hall'] },
  { id: 'here', kind: 'exam_room', zones: ['library'] },
)
const YEAR_6 = of({
  kind: 'transition_day',
  years: [6],
  zones: ['library'],
  profile: 'secondary_lesson',
})
const DRILL = { emergency: { kind: 'drill', from: LESSON, to: LESSON + HOUR } }

describe('an exam room beside the calendar', () => {
  test.each([
    [
      'a school device there gets the allow-list',
      LIBRARY,
      { ...PUPIL, in: 'library' },
      'exam_allow_list by occasion.o1',
    ],
    [
      'a member of staff’s school device, too',
      LIBRARY,
      { role: 'staff', ownership: 'school', in: 'library' },
      'exam_allow_list by occasion.o1',
    ],
    [
      'any personal device there is refused and alerts',
      LIBRARY,
      { ...STAFF_PHONE, in: 'library' },
      'exam alert by occasion.o1',
    ],
    [
      'a candidate’s personal device is refused everywhere',
      LIBRARY,
      { ...CANDIDATES_PHONE },
      'exam by occasion.o1',
    ],
    [
      'a pupil’s who sits no exam is as ever',
      LIBRARY,
      { ...PUPILS_PHONE },
      'pupil_personal_device by pupil-personal',
    ],
    ['other rooms are as ever', LIBRARY, { ...PUPIL }, 'secondary_lesson by pupil-lesson'],
    [
      'a glucose monitor works there',
      LIBRARY,
      { ...PUPILS_PHONE, grant: 'medical', in: 'library' },
      'medical by access.grant.medical',
    ],
    [
      'a carer’s grant does not open it',
      LIBRARY,
      { ...STAFF_PHONE, grant: 'dependant_illness', in: 'library' },
      'exam alert by occasion.o1',
    ],
    [
      'extra time is that of whom it names',
      EXTRA,
      { ...CANDIDATES_PHONE, personRef: 'p-7' },
      'exam by occasion.o1',
    ],
    [
      'and nobody else’s',
      EXTRA,
      { ...CANDIDATES_PHONE, personRef: 'p-8' },
      'pupil_personal_device by pupil-personal',
    ],
    [
      'nobody sits a rehearsal',
      REHEARSAL,
      { ...CANDIDATES_PHONE },
      'pupil_personal_device by pupil-personal',
    ],
    [
      'but its room is one',
      REHEARSAL,
      { ...STAFF_PHONE, in: 'library' },
      'exam alert by occasion.o1',
    ],
  ] as [string, Partial<Permissions>, Who, string][])('%s', (_says, permissions, who, expected) => {
    expect(answer(permissions, who)).toBe(expected)
  })
})

describe('an exam that moved', () => {
  test.each([
    [
      'the new room is an exam room',
      { ...CANDIDATE, in: 'library' },
      'exam_allow_list by occasion.here',
    ],
    [
      'the old room is a room again',
      { ...CANDIDATE, in: 'exam_hall' },
      'secondary_lesson by pupil-lesson',
    ],
    [
      'its candidates still sit it',
      { ...CANDIDATES_PHONE, in: 'exam_hall' },
      'exam by access.exam.candidate',
    ],
  ] as [string, Who, string][])('%s', (_says, who, expected) => {
    expect(answer(MOVED, { at: EXAM, ...who })).toBe(expected)
  })
})

describe('a group', () => {
  test.each([
    [
      'has its profile where the occasion is',
      { ...PUPIL, year: 6, phase: 'primary', in: 'library' },
      'secondary_lesson by occasion.o1',
    ],
    [
      'and elsewhere what it always has',
      { ...PUPIL, year: 6, phase: 'primary' },
      'primary_lesson by pupil-lesson',
    ],
    [
      'others have not',
      { ...PUPIL, year: 5, phase: 'primary', in: 'library' },
      'primary_lesson by pupil-lesson',
    ],
    [
      'a broken device is mended first',
      { ...PUPIL, year: 6, in: 'library', posture: 'stale' },
      'posture_stale by access.posture',
    ],
  ] as [string, Who, string][])('%s', (_says, who, expected) => {
    expect(answer(YEAR_6, who).replace(/^quarantine/, 'posture_stale')).toBe(expected)
  })

  test('a mobile-free zone stands above it', () => {
    const everywhere = of({ kind: 'group', people: ['p-1'], profile: 'staff_byod' })
    const toilets = { ...STAFF_PHONE, in: 'changing_toilet_cloakroom' }
    expect(answer(everywhere, STAFF_PHONE)).toBe('staff_byod by occasion.o1')
    expect(answer(everywhere, toilets)).toBe('mobile_free_zone alert by access.mobile_free_zone')
  })

  test('what one person was granted goes before', () => {
    const permitted = { ...YEAR_6, grants: [grantOf({ profile: 'visitor' })] }
    expect(answer(permitted, { ...PUPIL, year: 6, in: 'library' })).toBe('visitor by grant.g1')
  })

  test('a profile that the policy has no more is passed over', () => {
    const gone = of({ kind: 'group', years: [9], profile: 'gone' })
    expect(answer(gone, PUPIL)).toBe('secondary_lesson by pupil-lesson')
  })
})

describe('a site emergency', () => {
  test.each([
    [
      'opens a teacher’s phone in a classroom',
      STAFF_PHONE,
      'staff_emergency by access.site_emergency',
    ],
    [
      'in changing rooms',
      { ...STAFF_PHONE, in: 'changing_toilet_cloakroom' },
      'staff_emergency by access.site_emergency',
    ],
    ['leaves pupils unchanged', PUPILS_PHONE, 'pupil_personal_device by pupil-personal'],
    ['on school devices too', PUPIL, 'secondary_lesson by pupil-lesson'],
    [
      'opens no lost device',
      { ...STAFF_PHONE, state: 'lost' },
      'lost alert by access.device_state',
    ],
    ['nor one without an agreement', { ...STAFF_PHONE, aup: 'missing' }, 'portal by access.aup'],
    [
      'is over at its end',
      { ...STAFF_PHONE, at: LESSON + HOUR },
      'reception_hours by staff-reception-hours',
    ],
    [
      'and not before its begin',
      { ...STAFF_PHONE, at: LESSON - 1 },
      'reception_hours by staff-reception-hours',
    ],
  ] as [string, Who, string][])('%s', (_says, who, expected) => {
    expect(answer(DRILL, who)).toBe(expected)
  })

  test('reaches the exam hall during an exam', () => {
    const drill = { emergency: { kind: 'lockdown', from: 0, to: Infinity } }
    expect(answer(drill, { ...STAFF_PHONE, in: 'exam_hall', at: EXAM })).toBe(
      'staff_emergency by access.site_emergency',
    )
  })
})

test('each begin and end is an edge for everybody', () => {
  const occasion = occasionOf({ from: 10, to: 30 })
  const index = new PermissionIndex({
    ...NO_PERMISSIONS,
    occasions: [occasion],
    emergency: { kind: 'drill', from: 20, to: 40 },
  })
  const edges = [0, 10, 20, 30, 40].map((at) => index.edgeOf(null, at))
  expect(edges).toEqual([10, 20, 30, 40, Infinity])
  expect(index.nextEdge(25)).toBe(30)
})
