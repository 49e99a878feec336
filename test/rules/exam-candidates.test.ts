import { describe, expect, test } from 'vitest'
import type { Engine } from '../../rules/engine.ts'
import { NO_PERMISSIONS, type Permissions } from '../../rules/permissions/permissions.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import type { DeviceFacts } from '../../rules/subject.ts'
import { SchoolTime } from '../../rules/time/school-time.ts'
import {
  buildExampleEngine,
  readExampleDevices,
  readExamplePolicy,
} from '../examples/example-engine.ts'
import { grantOf, hostOf } from './permissions/sample-permissions.ts'

/**
 * The candidates of the example school's exams, by the engine as it is compiled from its files (001:179,
 * 002:949, 003:100): no phone anywhere, a school laptop with the exam's own list alone, whatever a teacher
 * or the office has opened for them besides; a medical device alone goes on.
 */
const PAPER = 'paper.exam-board.example'
const POLICY: Policy = withPaper(readExamplePolicy())
const TIME = new SchoolTime(POLICY.time)
const PHONE = deviceNamed('pupil-y11-phone')
const LAPTOP = deviceNamed('pupil-y11-laptop')
const SESSIONS = [
  ['2027-01-12T09:00:00Z', '2027-01-12T12:00:00Z'],
  ['2027-01-12T13:30:00Z', '2027-01-12T16:30:00Z'],
  ['2027-05-12T08:00:00Z', '2027-05-12T11:00:00Z'],
] as const
const [[IN_EXAM]] = SESSIONS
const ZONES = POLICY.zones.map(({ id }) => id)

/** The whole term: what a lesson pack and grants open for the candidate, the site and the profile. */
const TERM = { from: 0, to: Infinity }
const HOSTS = [hostOf('open.example')]
const OPENED: Permissions = {
  ...NO_PERMISSIONS,
  classes: [{ id: '11a', pupils: ['p-1005'] }],
  lessons: [{ id: 'l1', class: '11a', opens: HOSTS, focus: null, ...TERM }],
  grants: [
    grantOf({ id: 'g1', person: 'p-1005', hosts: HOSTS, categories: ['media.games'], ...TERM }),
    grantOf({ id: 'g2', person: 'p-1005', profile: 'staff_byod', ...TERM }),
    grantOf({ id: 'g3', person: null, device: PHONE.id, profile: 'visitor', ...TERM }),
  ],
}
const MEDICAL = {
  ...NO_PERMISSIONS,
  grants: [
    grantOf({
      id: 'm1',
      medical: true,
      person: null,
      device: PHONE.id,
      profile: 'medical',
      ...TERM,
    }),
  ],
}

describe.each([
  ['with nothing opened', NO_PERMISSIONS],
  ['with a lesson and grants that would open it', OPENED],
])('V17: a candidate’s devices, %s', (_says, permissions) => {
  const engine = buildExampleEngine(POLICY, permissions)

  test.each(ZONES)(
    'the phone in `%s` is denied from the start of each exam to before its end',
    (zone) => {
      for (const [start, end] of SESSIONS)
        for (const at of [Date.parse(start), Date.parse(end) - 1]) {
          const { profile, reasonCode, alert } = stanceOf(engine, PHONE, zone, at)
          expect([at, profile, reasonCode, alert]).toEqual([at, null, 'exam', zone === 'exam_hall'])
        }
    },
  )

  test('a millisecond before and at the end the exam says nothing', () => {
    for (const [start, end] of SESSIONS)
      for (const at of [Date.parse(start) - 1, Date.parse(end)])
        expect(stanceOf(engine, PHONE, 'exam_hall', at).reasonCode).not.toBe('exam')
  })

  test('a school laptop in the exam hall has the exam’s list and help lines alone', () => {
    const stance = stanceOf(engine, LAPTOP, 'exam_hall', Date.parse(IN_EXAM))
    expect(stance).toMatchObject({ profile: 'exam_allow_list', alert: false })
    const open = [PAPER, 'www.childline.org.uk']
    const shut = ['open.example', 'media-games.cat.test', 'ai-generative.cat.test', 'bbc.co.uk']
    const actions = [...open, ...shut].map((host) => engine.decideHost(stance, host).action)
    expect(actions).toEqual([...open.map(() => 'allow'), ...shut.map(() => 'block')])
  })
})

test('V17: in the hall anybody’s personal device is denied with an alert, and no carer’s grant helps', () => {
  const engine = buildExampleEngine(POLICY)
  for (const id of [
    'staff-phone',
    'staff-watch',
    'staff-carer',
    'pupil-y9-phone',
    'visitor-phone',
  ]) {
    const { profile, reasonCode, alert } = stanceOf(
      engine,
      deviceNamed(id),
      'exam_hall',
      Date.parse(IN_EXAM),
    )
    expect([id, profile, reasonCode, alert]).toEqual([id, null, 'exam', true])
  }
})

test('V17: a medical grant stands above the exam, in the hall too', () => {
  const engine = buildExampleEngine(POLICY, MEDICAL)
  for (const zone of ZONES)
    expect(stanceOf(engine, PHONE, zone, Date.parse(IN_EXAM)).profile).toBe('medical')
  const monitor = { ...deviceNamed('pupil-y9-medical'), year: 11, examCandidate: true }
  const stance = stanceOf(engine, monitor, 'exam_hall', Date.parse(IN_EXAM))
  expect(engine.decideHost(stance, 'my.glucose.example').action).toBe('allow')
})

test('V17: outside an exam what was opened is open, so that the rows above say something', () => {
  const engine = buildExampleEngine(POLICY, OPENED)
  const lesson = Date.parse('2027-01-13T10:00:00Z')
  expect(stanceOf(engine, PHONE, 'classroom', lesson).profile).not.toBeNull()
  const stance = stanceOf(engine, LAPTOP, 'classroom', lesson)
  expect(engine.decideHost(stance, 'open.example').action).toBe('allow')
  expect(engine.decideHost(stance, 'media-games.cat.test').action).toBe('allow')
})

function stanceOf(engine: Engine, device: DeviceFacts, zoneId: string, at: number) {
  const zone = POLICY.zones.find(({ id }) => id === zoneId)
  if (zone === undefined) throw new Error(`no zone \`${zoneId}\``)
  return engine.judge({ device, zone, moment: TIME.at(at) }, at)
}

function deviceNamed(id: string): DeviceFacts {
  const device = readExampleDevices().get(id)
  if (device === undefined) throw new Error(`no device \`${id}\``)
  return device
}

/** The school has put one host on the exam's list. */
function withPaper(policy: Policy): Policy {
  const only = { hosts: [hostOf(PAPER)], categories: [] }
  return {
    ...policy,
    profiles: policy.profiles.map((profile) =>
      profile.id === 'exam_allow_list' ? { ...profile, closed: only } : profile,
    ),
  }
}
