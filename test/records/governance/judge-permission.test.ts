import { expect, test } from 'vitest'
import { holdersOf } from '../../../records/governance/judge-grant.ts'
import { faultOfSites, faultOfTerm } from '../../../records/governance/judged-permission.ts'
import { grantFacts } from '../../../records/governance/permission-facts.ts'
import { bellOf } from '../../../records/governance/judge-lesson.ts'
import {
  isPermission,
  PERMISSION_JUDGES,
  type PermissionKind,
} from '../../../records/governance/judge-permission.ts'
import { judgement } from '../../../records/governance/judgement.ts'
import type { Json } from '../../../records/canonical-json.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { EMPTY_REGISTER, type Register } from '../../../records/register/register.ts'
import { AT, device, POLICY } from './sample-desk.ts'

const person = (role: 'pupil' | 'staff') => ({ role, phase: null, year: null, details: '' })
const laptop = {
  ...device('laptop', 'pupil', 'approved'),
  personRef: 'p-pupil',
  phase: 'secondary',
}
const REGISTER: Register = {
  ...EMPTY_REGISTER,
  policy: { text: POLICY, name: 'policy.yaml', hash: sha256(POLICY) },
  people: new Map([
    ['p-pupil', person('pupil')],
    ['p-staff', person('staff')],
  ]),
  devices: new Map([
    ['laptop', laptop],
    ['phone', device('phone', 'staff', 'approved')],
  ]),
  classes: new Map([['9b', { teachers: ['teacher'], pupils: ['p-pupil'], meetings: [] }]]),
  packs: new Map([['games', { label: 'Games', sites: ['games.example'] }]]),
}

const DAY = { from: '2026-11-24T08:00:00Z', to: '2026-11-24T16:00:00Z' }
const GRANT = {
  type: 'personal_use',
  person: 'p-staff',
  device: null,
  zones: ['classroom'],
  windows: ['reception_hours'],
  profile: 'staff_byod',
  sites: [],
  purpose: null,
  ...DAY,
}
/** The third lesson of the day runs from 09:55 to 10:55. */
const BELL = '2026-11-24T10:55:00.000Z'
const LESSON = {
  class: '9b',
  teacher: 'teacher',
  pack: 'games',
  sites: [],
  focus: null,
  from: '2026-11-24T10:00:00Z',
  to: BELL,
}
const SITE = { action: 'allow', hosts: ['a.example'], profiles: null, because: 'x', ...DAY }
const CORRECTION = { host: 'a.example', remove: 'media.games', add: null, because: 'x' }

function judged(
  kind: PermissionKind,
  after: Json,
  before: Json = null,
  register = REGISTER,
): string {
  const answer = PERMISSION_JUDGES[kind](after, before, { register, at: AT, objectId: '9b' })
  if (typeof answer === 'string') return answer
  return `${answer.direction} for ${answer.affectedRoles.join('+')}, ${answer.approvers ?? 'at once'}`
}

const EVERYBODY = 'pupil+staff+governor+visitor'
const LEAD = 'loosen for pupil, dsl'

const ROWS: readonly [says: string, seen: string, expected: string][] = [
  ['a grant is a leader’s', judged('grant.put', GRANT), 'loosen for staff, head'],
  [
    'some are the head’s own',
    judged('grant.put', { ...GRANT, type: 'emergency' }),
    'loosen for staff, headteacher',
  ],
  ['a pupil’s is the lead’s', judged('grant.put', { ...GRANT, person: 'p-pupil' }), LEAD],
  ['a class’s is pupils’', judged('grant.put', { ...GRANT, person: null, class: '9b' }), LEAD],
  [
    'a pupil’s device is a pupil’s',
    judged('grant.put', { ...GRANT, person: null, device: 'laptop' }),
    LEAD,
  ],
  ['whom nobody knows is a pupil', judged('grant.put', { ...GRANT, person: 'p-9' }), LEAD],
  [
    'LOCKED is both offices’',
    judged('grant.put', { ...GRANT, locked: true, categories: ['harm.suicide'] }),
    'loosen for staff, head_and_dsl',
  ],
  [
    'an earlier end is nobody’s',
    judged('grant.put', { ...GRANT, to: '2026-11-24T12:00:00Z' }, GRANT),
    'tighten for staff, at once',
  ],
  [
    'a revocation is at once',
    judged('grant.revoke', null, { ...GRANT, class: null }),
    'tighten for staff, at once',
  ],
  [
    'a pack is a leader’s',
    judged('pack.put', { label: 'x', sites: ['a.example'] }),
    'loosen for pupil, head',
  ],
  ['a lesson with a pack is at once', judged('lesson.put', LESSON), 'loosen for pupil, at once'],
  [
    'with sites of its own the lead’s',
    judged('lesson.put', { ...LESSON, sites: ['a.example'] }),
    LEAD,
  ],
  [
    'a focus is at once, and stricter',
    judged('lesson.put', { ...LESSON, pack: null, focus: ['a.example'] }),
    'tighten for pupil, at once',
  ],
  [
    'the end of a focus opens the web again, to what the policy opens anyway',
    judged('lesson.end', null, { ...LESSON, pack: null, focus: ['a.example'] }),
    'loosen for pupil, at once',
  ],
  [
    'the end of a focus that is over opens nothing',
    judged('lesson.end', null, { ...LESSON, focus: ['a.example'], to: '2026-11-24T09:59:59Z' }),
    'tighten for pupil, at once',
  ],
  [
    'the end of a lesson that only opened sites is stricter',
    judged('lesson.end', null, LESSON),
    'tighten for pupil, at once',
  ],
  [
    'another focus in the place of one may be wider',
    judged(
      'lesson.put',
      { ...LESSON, pack: null, focus: ['a.example', 'b.example'] },
      { ...LESSON, pack: null, focus: ['a.example'] },
    ),
    'loosen for pupil, at once',
  ],
  [
    'a site that opens for pupils is the lead’s',
    judged('site.put', SITE),
    `loosen for ${EVERYBODY}, dsl`,
  ],
  [
    'for staff alone at once',
    judged('site.put', { ...SITE, profiles: ['staff_work'] }),
    'loosen for staff+governor+visitor, at once',
  ],
  [
    'a block is at once',
    judged('site.put', { ...SITE, action: 'block' }),
    `tighten for ${EVERYBODY}, at once`,
  ],
  [
    'another block in its place may leave a host out',
    judged(
      'site.put',
      { ...SITE, action: 'block' },
      { ...SITE, action: 'block', hosts: ['a.example', 'b.example'] },
    ),
    `loosen for ${EVERYBODY}, dsl`,
  ],
  [
    'a block that ends early opens',
    judged('site.remove', null, { ...SITE, action: 'block' }),
    `loosen for ${EVERYBODY}, dsl`,
  ],
  [
    'an opening that ends early closes',
    judged('site.remove', null, SITE),
    `tighten for ${EVERYBODY}, at once`,
  ],
  [
    'a correction of FLOOR is at once',
    judged('correction.put', CORRECTION),
    `loosen for ${EVERYBODY}, at once`,
  ],
  [
    'of LOCKED the lead’s',
    judged('correction.put', { ...CORRECTION, remove: 'adult.pornography' }),
    `loosen for ${EVERYBODY}, dsl`,
  ],
  [
    'one that adds is stricter',
    judged('correction.put', { ...CORRECTION, remove: null, add: 'money.gambling' }),
    `tighten for ${EVERYBODY}, at once`,
  ],
  [
    'a category takes a host out of those that are closed for being unknown',
    judged('correction.put', { ...CORRECTION, remove: null, add: 'life.cooking' }),
    `loosen for ${EVERYBODY}, at once`,
  ],
  [
    'one that is open in breaks alone does too',
    judged('correction.put', { ...CORRECTION, remove: null, add: 'media.games' }),
    `loosen for ${EVERYBODY}, at once`,
  ],
  [
    'education cancels, so adding it opens',
    judged('correction.put', { ...CORRECTION, remove: null, add: 'edu.allow' }),
    `loosen for ${EVERYBODY}, at once`,
  ],
  [
    'taking one back that added LOCKED is the lead’s',
    judged('correction.remove', null, { ...CORRECTION, remove: null, add: 'harm.suicide' }),
    `loosen for ${EVERYBODY}, dsl`,
  ],
  [
    'taking one back that removed is stricter',
    judged('correction.remove', null, CORRECTION),
    `tighten for ${EVERYBODY}, at once`,
  ],
]

test.each(ROWS)('%s', (_says, seen, expected) => {
  expect(seen).toBe(expected)
})

const REFUSED: readonly [says: string, seen: string, said: string][] = [
  ['a grant of nobody', judged('grant.put', { ...GRANT, person: null }), 'names no person'],
  ['that opens nothing', judged('grant.put', { ...GRANT, profile: null }), 'it opens nothing'],
  ['that is over', judged('grant.put', { ...GRANT, to: '2026-11-24T10:00:00Z' }), 'it is over'],
  [
    'that ends first',
    judged('grant.put', { ...GRANT, to: '2026-11-24T07:00:00Z' }),
    'before it begins',
  ],
  [
    'that goes on and on',
    judged('grant.put', { ...GRANT, to: '2026-12-24T07:00:00Z' }),
    'longer than 7 days',
  ],
  ['of a device that is not', judged('grant.put', { ...GRANT, device: 'x' }), 'no device `x`'],
  ['of a class that is not', judged('grant.put', { ...GRANT, class: '7a' }), 'no class `7a`'],
  ['of a profile that is not', judged('grant.put', { ...GRANT, profile: 'x' }), 'no profile `x`'],
  ['in a zone that is not', judged('grant.put', { ...GRANT, zones: ['x'] }), 'no zone `x`'],
  ['in a window that is not', judged('grant.put', { ...GRANT, windows: ['x'] }), 'no window `x`'],
  [
    'of a site that is none',
    judged('grant.put', { ...GRANT, sites: ['a b'] }),
    '`a b` is not a host',
  ],
  [
    'of SEALED',
    judged('grant.put', { ...GRANT, categories: ['illegal.csam'], locked: true }),
    'SEALED',
  ],
  [
    'of LOCKED as if it were not',
    judged('grant.put', { ...GRANT, categories: ['harm.hate'] }),
    'head and the safeguarding lead together',
  ],
  [
    'of LOCKED for a pupil',
    judged('grant.put', { ...GRANT, person: 'p-pupil', locked: true }),
    'by name alone',
  ],
  [
    'of LOCKED for a device',
    judged('grant.put', { ...GRANT, person: null, device: 'phone', locked: true }),
    'by name alone',
  ],
  [
    'of a visit without its risks',
    judged('grant.put', { ...GRANT, type: 'off_site_visit' }),
    'needs a risk assessment',
  ],
  [
    'a medical one with a window',
    judged('grant.put', { ...GRANT, type: 'medical_sen' }),
    'keeps no timetable',
  ],
  [
    'a lesson beyond the bell',
    judged('lesson.put', { ...LESSON, to: '2026-11-24T10:55:01Z' }),
    `the bell is at ${BELL}`,
  ],
  [
    'in the evening',
    judged('lesson.put', { ...LESSON, from: '2026-11-24T20:00:00Z', to: '2026-11-24T20:30:00Z' }),
    'has no lesson at',
  ],
  ['of a class that is not', judged('lesson.put', { ...LESSON, class: '7a' }), 'no class `7a`'],
  [
    'of somebody else’s class',
    judged('lesson.put', { ...LESSON, teacher: 'p-staff' }),
    '`p-staff` does not teach `9b`',
  ],
  ['with a pack that is not', judged('lesson.put', { ...LESSON, pack: 'x' }), 'no pack `x`'],
  ['with nothing', judged('lesson.put', { ...LESSON, pack: null }), 'it opens nothing'],
  [
    'a site for two years',
    judged('site.put', { ...SITE, to: '2028-11-24T16:00:00Z' }),
    'longer than 366 days',
  ],
  ['for a profile that is not', judged('site.put', { ...SITE, profiles: ['x'] }), 'no profile `x`'],
  [
    'a correction of SEALED',
    judged('correction.put', { ...CORRECTION, remove: 'illegal.csam' }),
    'no correction reaches it',
  ],
  [
    'that adds SEALED',
    judged('correction.put', { ...CORRECTION, add: 'illegal.csam' }),
    'no correction reaches it',
  ],
  [
    'of what is always open',
    judged('correction.put', { ...CORRECTION, remove: 'support.wellbeing' }),
    'open by law',
  ],
  [
    'of a category that is not',
    judged('correction.put', { ...CORRECTION, add: 'x' }),
    'no category `x`',
  ],
  ['of nothing', judged('correction.put', { ...CORRECTION, remove: null }), 'adds or removes'],
]

test.each(REFUSED)('%s is refused in words', (_says, seen, said) => {
  expect(seen).toContain(said)
})

test('a class’s bell is that of its pupils’ phase, also between two lessons', () => {
  const bell = (at: string) => {
    const ms = bellOf('9b', REGISTER, Date.parse(at))
    return ms === null ? null : new Date(ms).toISOString().slice(11, 16)
  }
  // 09:55 ends one lesson and begins another, of the same name.
  expect([bell('2026-11-24T09:54:59Z'), bell('2026-11-24T09:55:00Z')]).toEqual(['09:55', '10:55'])
  expect(bell('2026-11-28T10:00:00Z')).toBeNull()
  expect(bellOf('7a', REGISTER, AT)).toBeNull()
})

test('only permissions are judged here, and what they come to is worded as everywhere', () => {
  expect(isPermission('grant.put')).toBe(true)
  expect(isPermission('policy.put')).toBe(false)
  expect(judgement('loosen', ['pupil']).loosensPupils).toBe(true)
  expect(judgement('tighten', ['pupil']).loosensPupils).toBe(false)
})

test('an entry of an older gate has what it did not say: no class, no category, no LOCKED', () => {
  const facts = grantFacts.parse(GRANT)
  expect(facts).toMatchObject({ class: null, categories: [], locked: false, assessment: null })
  expect(holdersOf(facts, REGISTER)).toEqual(['staff'])
})

test('a term must end behind its beginning, behind now, and within its days', () => {
  const term = (from: string, to: string) => faultOfTerm({ from, to }, AT, 1)
  expect(term('2026-11-24T08:00:00Z', '2026-11-25T08:00:00Z')).toBeUndefined()
  expect(term('2026-11-24T08:00:00Z', '2026-11-25T08:00:01Z')).toContain('longer than 1 days')
  expect(term('2026-11-24T12:00:00Z', '2026-11-24T12:00:00Z')).toContain('before it begins')
  expect(faultOfSites(['a.example', '=b.example', '*.c.example'])).toBeUndefined()
})

test('a grant, a pack, a lesson and a site may name a service, and a misspelt one is told from a host', () => {
  expect(faultOfSites(['a.example', 'service:youtube'])).toBeUndefined()
  expect(faultOfSites(['service:youtub'])).toBe(
    'there is no service `youtub`; did you mean `youtube`?',
  )
  expect(faultOfSites(['you tube'])).toBe('`you tube` is not a host name')
})
