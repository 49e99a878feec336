import { DEFAULT_POSTURE_RULES } from '../../../rules/posture/posture-rules.ts'
import { describe, expect, test } from 'vitest'
import { judgeAccess } from '../../../rules/access/judge-access.ts'
import type { AccessRule, Policy } from '../../../rules/policy/policy.ts'
import type { DeviceFacts, ZoneFacts } from '../../../rules/subject.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { readExamplePolicy } from '../../examples/example-engine.ts'
import { deviceOf, zoneOf } from '../../support/sample-facts.ts'

const EXAMPLE = readExamplePolicy()

function ruleOf(rule: Partial<AccessRule>): AccessRule {
  return {
    id: 'rule',
    ownership: null,
    roles: null,
    types: null,
    zones: null,
    pupilArea: null,
    during: null,
    voucher: false,
    decide: { kind: 'profile', profile: 'staff_byod' },
    explain: null,
    ...rule,
  }
}

/** The example school, whose only access rule lets everybody in: what stands above it must show. */
const OPEN: Policy = {
  ...EXAMPLE,
  access: [ruleOf({ id: 'everybody', decide: { kind: 'profile', profile: 'visitor' } })],
  postureRequired: [{ ownership: 'personal', types: null }],
  posture: DEFAULT_POSTURE_RULES,
}

const TIME = new SchoolTime(EXAMPLE.time)
const EXAM = Date.parse('2027-01-12T10:00:00Z')
const LESSON = Date.parse('2026-11-24T10:00:00Z')
const HALL = zoneOf({ id: 'exam_hall', exam: true })
const TOILET = zoneOf({ id: 'changing_toilet_cloakroom', mobileFree: true })

interface Case {
  readonly device: Partial<DeviceFacts> | null
  readonly zone?: ZoneFacts
  readonly at?: number
}

function answer({ device, zone = zoneOf(), at = LESSON }: Case, policy = OPEN): string {
  const asked = { device: device === null ? null : deviceOf(device), zone, moment: TIME.at(at) }
  const { profile, reasonCode, alert } = judgeAccess(policy, asked)
  return `${profile ?? 'denied'} ${reasonCode ?? ''}${alert ? ' alert' : ''}`.trim()
}

/** Each device carries the cause for its own step and for every step below. */
const EVERYTHING: Partial<DeviceFacts> = {
  grant: 'medical',
  examCandidate: true,
  year: 11,
  posture: 'stale',
}

const ORDER: readonly [says: string, asked: Case, expected: string][] = [
  [
    '1: a lost device is refused before it is registered anew',
    { device: { ...EVERYTHING, state: 'lost', aup: 'missing' }, zone: HALL, at: EXAM },
    'denied lost alert',
  ],
  ['1: a revoked one', { device: { state: 'revoked' } }, 'denied revoked alert'],
  ['1: a recalled one is a revoked one', { device: { state: 'recalled' } }, 'denied revoked alert'],
  ['1: a disposed one is a revoked one', { device: { state: 'disposed' } }, 'denied revoked alert'],
  [
    '1: a confiscated one, with a medical grant too',
    { device: { ...EVERYTHING, state: 'confiscated' } },
    'denied confiscated alert',
  ],
  ['1: a suspended one', { device: { state: 'suspended' } }, 'denied suspended alert'],
  [
    '2: an unknown address goes to the portal, in the exam hall too',
    { device: null, zone: HALL, at: EXAM },
    'portal unregistered',
  ],
  [
    '2: a pending device waits in the portal',
    { device: { ...EVERYTHING, state: 'pending' } },
    'portal unregistered',
  ],
  [
    '2: registration comes before the agreement',
    { device: { state: 'pending', aup: 'missing' } },
    'portal unregistered',
  ],
  [
    '2: without an agreement a medical grant opens nothing',
    { device: { ...EVERYTHING, aup: 'missing' }, zone: HALL, at: EXAM },
    'portal aup_missing',
  ],
  [
    '4: a medical grant holds in the exam hall',
    { device: EVERYTHING, zone: HALL, at: EXAM },
    'medical',
  ],
  ['4: and in the toilets, with a stale posture', { device: EVERYTHING, zone: TOILET }, 'medical'],
  [
    "4: and on a pupil's phone, which the rules refuse",
    { device: { ...EVERYTHING, role: 'pupil' } },
    'medical',
  ],
  [
    '5: a personal device in the exam hall is refused, whosever it is',
    { device: { posture: 'stale', grant: 'dependant_illness' }, zone: HALL, at: EXAM },
    'denied exam alert',
  ],
  [
    '5: a school device there gets the exam list, not its own profile',
    { device: { ownership: 'school', posture: 'stale' }, zone: HALL, at: EXAM },
    'exam_allow_list',
  ],
  [
    "5: a candidate's phone elsewhere is refused without an alert",
    { device: { ...EVERYTHING, grant: null }, at: EXAM },
    'denied exam',
  ],
  [
    '5: even in the toilets: the exam comes before the zone',
    { device: { ...EVERYTHING, grant: null }, zone: TOILET, at: EXAM },
    'denied exam',
  ],
  [
    '5: a candidate of another year does not sit it',
    { device: { examCandidate: true, year: 13 }, at: EXAM },
    'visitor',
  ],
  [
    "5: a candidate's school laptop elsewhere works",
    { device: { examCandidate: true, year: 11, ownership: 'school' }, at: EXAM },
    'visitor',
  ],
  ['5: at noon the exam is over', { device: {}, zone: HALL, at: EXAM + 2 * 3_600_000 }, 'visitor'],
  [
    '5: one millisecond before it is not',
    { device: {}, zone: HALL, at: EXAM + 2 * 3_600_000 - 1 },
    'denied exam alert',
  ],
  [
    "6: a mobile-free zone refuses a carer's phone",
    { device: { grant: 'dependant_illness', posture: 'stale' }, zone: TOILET },
    'denied mobile_free_zone alert',
  ],
  ['6: but no school device', { device: { ownership: 'school' }, zone: TOILET }, 'visitor'],
  [
    '7: a stale posture holds back a carer',
    { device: { grant: 'dependant_illness', posture: 'stale' } },
    'quarantine posture_stale',
  ],
  [
    '7: a failed check is named',
    { device: { posture: 'failed:firewall' } },
    'quarantine posture:firewall',
  ],
  [
    '7: a device in quarantine stays there though its posture is good',
    { device: { state: 'quarantine' } },
    'quarantine posture:review',
  ],
  [
    '7: what the policy does not ask of is not looked at',
    { device: { ownership: 'school', posture: 'failed:firewall' } },
    'visitor',
  ],
  ['7: where no agent runs, none is missed', { device: { posture: 'not_applicable' } }, 'visitor'],
  [
    "8: a carer's grant comes before the rules",
    { device: { grant: 'dependant_illness' } },
    'staff_byod',
  ],
  ['9: then the rules', { device: {} }, 'visitor'],
]

describe('the order of the steps', () => {
  test.each(ORDER)('%s', (_says, asked, expected) => {
    expect(answer(asked)).toBe(expected)
  })
})

const RULES: readonly [says: string, rule: Partial<AccessRule>, device: Partial<DeviceFacts>][] = [
  ['another ownership', { ownership: 'school' }, {}],
  ['another role', { roles: ['governor', 'visitor'] }, {}],
  ['another type', { types: ['laptop'] }, {}],
  ['another zone', { zones: ['staffroom'] }, {}],
  ['another kind of zone', { pupilArea: false }, {}],
  ['a window that is not in force', { during: ['extended_school', 'exam_am'] }, {}],
  ['a slot of another phase', { during: ['break'] }, { phase: 'primary' }],
  ['a voucher that the device lacks', { voucher: true }, {}],
  ['a voucher that has run out', { voucher: true }, { voucher: 'expired' }],
  ['a phase that the device lacks', { decide: { kind: 'profile', profile: '{phase}_lesson' } }, {}],
]

test.each(RULES)('a rule for %s is passed over', (_says, rule, device) => {
  const policy = { ...OPEN, access: [ruleOf(rule), ...OPEN.access] }
  expect(answer({ device }, policy)).toBe('visitor')
})

test('the same rules fit the device that they are about', () => {
  const rule = ruleOf({
    ownership: 'personal',
    roles: ['pupil'],
    types: ['watch', 'phone'],
    zones: ['library', 'classroom'],
    pupilArea: true,
    during: ['break', 'lesson'],
    voucher: true,
    decide: { kind: 'profile', profile: '{phase}_lesson' },
  })
  const device = deviceOf({ role: 'pupil', phase: 'sixth', voucher: 'active' })
  const asked = { device, zone: zoneOf(), moment: TIME.at(LESSON) }
  expect(judgeAccess({ ...OPEN, access: [rule] }, asked)).toEqual({
    profile: 'sixth_lesson',
    reasonCode: null,
    alert: false,
    ruleId: 'rule',
    window: 'lesson',
    explain: null,
    occasion: null,
  })
})

test('the first rule that fits wins, a denial with its window and its own sentence', () => {
  const access = [
    ruleOf({
      during: ['reception_hours'],
      decide: { kind: 'deny', reason: 'reception_hours' },
      explain: 'Not now.',
    }),
    ...OPEN.access,
  ]
  const asked = { device: deviceOf(), zone: zoneOf(), moment: TIME.at(LESSON) }
  expect(judgeAccess({ ...OPEN, access }, asked)).toMatchObject({
    profile: null,
    reasonCode: 'reception_hours',
    window: 'reception_hours',
    explain: 'Not now.',
  })
})

test('no rule, no network', () => {
  expect(answer({ device: {} }, { ...OPEN, access: [] })).toBe('denied default')
})

test('a policy that knows no grant gives none', () => {
  const grants = { medical: null, dependant_illness: null }
  const policy = { ...OPEN, grants, access: [] }
  expect(answer({ device: { grant: 'medical' } }, policy)).toBe('denied default')
  expect(answer({ device: { grant: 'dependant_illness' } }, policy)).toBe('denied default')
})

test('an exam is named by the window of its times, else `exam`', () => {
  const asked = { device: deviceOf(), zone: HALL, moment: TIME.at(EXAM) }
  expect(judgeAccess(OPEN, asked).window).toBe('exam_am')
  const windows = OPEN.time.windows.filter(({ name }) => name !== 'exam_am')
  expect(judgeAccess({ ...OPEN, time: { ...OPEN.time, windows } }, asked).window).toBe('exam')
})
