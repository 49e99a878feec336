import { expect, test } from 'vitest'
import {
  faultOfEmergency,
  judgeEnd,
  judgeOccasion,
} from '../../../records/governance/judge-occasion.ts'
import type { OccasionFacts } from '../../../records/governance/occasion-facts.ts'
import type { JudgedPermission } from '../../../records/governance/judged-permission.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { EMPTY_REGISTER, type Register } from '../../../records/register/register.ts'
import { AT, device, POLICY } from './sample-desk.ts'

const person = (role: 'pupil' | 'staff') => ({ role, phase: null, year: null, details: '' })
const REGISTER: Register = {
  ...EMPTY_REGISTER,
  policy: { text: POLICY, name: 'policy.yaml', hash: sha256(POLICY) },
  people: new Map([
    ['p-pupil', person('pupil')],
    ['p-staff', person('staff')],
  ]),
  devices: new Map([['phone', device('phone', 'staff', 'approved')]]),
}
const SCENE = { register: REGISTER, at: AT }

const NOBODY = { persons: [], devices: [], years: [], profile: null }
const TERM = { from: '2026-11-24T09:00:00Z', to: '2026-11-24T12:00:00Z' }
const ROOM: OccasionFacts = { ...NOBODY, kind: 'exam_room', zones: ['library'], ...TERM }
const EXTRA: OccasionFacts = { ...ROOM, kind: 'extra_time', persons: ['p-pupil'] }
const REHEARSAL: OccasionFacts = { ...ROOM, kind: 'exam_rehearsal' }
const RELEASE: OccasionFacts = { ...ROOM, kind: 'exam_release', zones: ['exam_hall'] }
const YEAR_6: OccasionFacts = {
  ...{ ...NOBODY, ...TERM, kind: 'transition_day', years: [6], zones: ['library'] },
  profile: 'secondary_lesson',
}
const STAFF: OccasionFacts = { ...YEAR_6, kind: 'group', years: [], persons: ['p-staff'] }
const EARLIER = '2026-11-24T11:00:00Z'
const LATER = '2026-11-24T13:00:00Z'

function words(answer: JudgedPermission): string {
  if (typeof answer === 'string') return answer
  const pupils = answer.loosensPupils ? ' for pupils' : ''
  return `${answer.direction}${pupils}, ${answer.approvers ?? 'at once'}`
}

const put = (is: OccasionFacts, was: OccasionFacts | null = null): string =>
  words(judgeOccasion(is, was, SCENE))
const end = (was: OccasionFacts): string => words(judgeEnd(was, SCENE))

const TIGHTER = 'tighten, at once'
const LEAD = 'loosen for pupils, dsl'

const ROWS: readonly [says: string, seen: string, expected: string][] = [
  ['an exam room takes away, and is in force at once', put(ROOM), TIGHTER],
  ['so does extra time', put(EXTRA), TIGHTER],
  ['so does a rehearsal', put(REHEARSAL), TIGHTER],
  ['more time of an exam takes away', put({ ...ROOM, to: LATER }, ROOM), TIGHTER],
  ['less time gives, and waits', put({ ...ROOM, to: EARLIER }, ROOM), LEAD],
  [
    'another room instead gives the first one back',
    put({ ...ROOM, zones: ['classroom'] }, ROOM),
    LEAD,
  ],
  ['one room more takes away', put({ ...ROOM, zones: ['library', 'classroom'] }, ROOM), TIGHTER],
  ['naming candidates frees the others', put({ ...ROOM, persons: ['p-pupil'] }, ROOM), LEAD],
  [
    'one more with extra time takes away',
    put({ ...EXTRA, persons: ['p-pupil', 'p-2'] }, EXTRA),
    TIGHTER,
  ],
  [
    'a begin in the past that moves on changes nothing',
    put({ ...ROOM, from: '2026-11-24T09:30:00Z' }, ROOM),
    TIGHTER,
  ],
  ['a begin that moves into the future gives', put({ ...ROOM, from: EARLIER }, ROOM), LEAD],
  ['ending an exam early waits', end(ROOM), LEAD],
  ['ending a rehearsal does not: it protected nothing', end(REHEARSAL), 'loosen, at once'],
  ['nor does shortening one', put({ ...REHEARSAL, to: EARLIER }, REHEARSAL), 'loosen, at once'],
  ['a released room waits', put(RELEASE), LEAD],
  ['taking a release back is at once', end(RELEASE), TIGHTER],
  ['pupils of a year are pupils', put(YEAR_6), LEAD],
  ['staff are the head’s', put(STAFF), 'loosen, head'],
  ['a stranger is taken for a pupil', put({ ...STAFF, persons: ['p-9'] }), LEAD],
  ['a device has its role', put({ ...STAFF, persons: [], devices: ['phone'] }), 'loosen, head'],
  ['more time for a group gives', put({ ...YEAR_6, to: LATER }, YEAR_6), LEAD],
  ['less time takes away', put({ ...YEAR_6, to: EARLIER }, YEAR_6), TIGHTER],
  ['everywhere instead of one room gives', put({ ...YEAR_6, zones: [] }, YEAR_6), LEAD],
  ['one room instead of everywhere takes away', put(YEAR_6, { ...YEAR_6, zones: [] }), TIGHTER],
  ['another profile gives', put({ ...YEAR_6, profile: 'staff_byod' }, YEAR_6), LEAD],
  ['a group’s end takes away', end(YEAR_6), TIGHTER],
  [
    'a name that was used before may be used for something else',
    put(EXTRA, { ...YEAR_6, to: '2026-11-24T10:00:00Z' }),
    TIGHTER,
  ],
  [
    'what is over ends as a formality',
    end({ ...ROOM, to: '2026-11-24T10:00:00Z' }),
    'neutral, at once',
  ],
]

test.each(ROWS)('%s', (_says, seen, expected) => {
  expect(seen).toBe(expected)
})

const FAULTS: readonly [says: string, seen: string, fault: RegExp][] = [
  ['over before it begins', put({ ...ROOM, to: TERM.from }), /ends? at|before it begins/],
  [
    'over already',
    put({ ...ROOM, from: '2026-11-23T09:00:00Z', to: '2026-11-23T12:00:00Z' }),
    /it is over/,
  ],
  ['an exam of two days', put({ ...ROOM, to: '2026-11-26T12:00:00Z' }), /longer than 1 days/],
  [
    'a zone that is none',
    put({ ...ROOM, zones: ['libary'] }),
    /no zone `libary`; did you mean `library`/,
  ],
  [
    'a profile that is none',
    put({ ...YEAR_6, profile: 'secondary_leson' }),
    /did you mean `secondary_lesson`/,
  ],
  ['an exam without a room', put({ ...ROOM, zones: [] }), /it names no room/],
  ['an exam with a profile', put({ ...ROOM, profile: 'visitor' }), /has its own profile/],
  ['extra time for nobody', put({ ...EXTRA, persons: [] }), /nobody who has extra time/],
  ['a rehearsal with candidates', put({ ...REHEARSAL, years: [11] }), /about a room, not people/],
  ['a group without members', put({ ...YEAR_6, years: [] }), /no person, no device and no year/],
  ['a group without a profile', put({ ...YEAR_6, profile: null }), /gives no profile/],
  ['a device that nobody knows', put({ ...STAFF, devices: ['x'] }), /no device `x`/],
  ['another kind under the same name', put(EXTRA, ROOM), /it is `exam_room` and stays that/],
]

test.each(FAULTS)('%s is refused', (_says, seen, fault) => {
  expect(seen).toMatch(fault)
})

test.each([
  [null, /say until when/],
  ['2026-11-24T10:00:00Z', /already/],
  ['2026-11-25T10:00:01Z', /a day at most/],
])('a site emergency until %s can not be declared', (until, fault) => {
  expect(faultOfEmergency({ kind: 'drill', until }, AT)).toMatch(fault)
})

test('one that ends within a day can', () => {
  const until = '2026-11-25T10:00:00Z'
  expect(faultOfEmergency({ kind: 'drill', until }, AT)).toBeUndefined()
})
