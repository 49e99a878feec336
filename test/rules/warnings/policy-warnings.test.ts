import { expect, test } from 'vitest'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { policyWarnings } from '../../../rules/warnings/policy-warnings.ts'
import { changedExample } from '../policy/changed-example.ts'
import { parse } from 'yaml'

const AT = Date.parse('2026-11-24T10:00:00Z')

function warningsOf(changes: Readonly<Record<string, unknown>>): string[] {
  const parsed = parsePolicy(changedExample(changes), 'p.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return policyWarnings(parsed.policy, parsed.document, AT).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )
}

/** The example's access rules with one put in at a place. */
function withRule(at: number, rule: object): Record<string, unknown> {
  const { access } = parse(changedExample({})) as { access: object[] }
  return { access: access.toSpliced(at, 0, rule) }
}

test('the example says nothing for nothing, with either preset', () => {
  expect(warningsOf({})).toEqual([])
  expect(warningsOf({ preset: 'secondary' })).toEqual([])
})

const WARNINGS: readonly [says: string, changes: Record<string, unknown>, warning: string][] = [
  [
    'a rule that an earlier one hides',
    withRule(1, { id: 'y7', role: 'pupil', ownership: 'personal', type: 'phone', deny: 'phones' }),
    'access.1: rule `y7` can never apply: `pupil-personal` decides before it',
  ],
  [
    'a rule that several others hide together',
    withRule(99, { id: 'pupils', role: 'pupil', profile: 'secondary_lesson' }),
    'access.15: rule `pupils` can never apply: `pupil-personal`, `pupil-homework`, `pupil-holiday`, `pupil-lesson` and 2 more decide before it',
  ],
  [
    'a rule about places that there are none of',
    withRule(0, { id: 'odd', zone: 'staffroom', pupil_area: true, profile: 'staff_byod' }),
    'access.0: rule `odd` can never apply: no device is ever where and when it says',
  ],
  [
    'a rule that a step of the engine hides',
    withRule(0, {
      ...{ id: 'toilets', zone: 'changing_toilet_cloakroom' },
      ...{ ownership: 'personal', profile: 'staff_byod' },
    }),
    'access.0: rule `toilets` can never apply: `access.mobile_free_zone` decides before it',
  ],
  [
    'a rule about a window that never comes',
    {
      ...withRule(0, { id: 'sunday', role: 'staff', during: 'sundays', profile: 'staff_byod' }),
      'windows.sundays': { start: '09:00', end: '10:00', days: ['sun'] },
    },
    'access.0: rule `sunday` can never apply: no device is ever where and when it says',
  ],
  [
    'a profile for phases that staff do not have',
    withRule(0, { id: 'own', role: 'visitor', zone: 'library', profile: 'visitor_x' }),
    'profiles.spare: nobody gets the profile `spare`',
  ],
  [
    'the id of another rule',
    withRule(0, { id: 'visitors', role: 'visitor', zone: 'library', profile: 'visitor' }),
    'access.9: `visitors` is the id of `access.0` too',
  ],
  [
    'a profile of staff that is word for word one of pupils',
    { 'profiles.staff_work': { start_from: 'sixth', social: true } },
    'profiles.sixth_social: `sixth_social` of pupils and `staff_work` of staff are identical',
  ],
  [
    'a profile that pupils and staff share',
    { ...withRule(0, { id: 'all', ownership: 'school', profile: 'staff_work' }) },
    'profiles.staff_work: pupils and staff both get `staff_work`',
  ],
]

test.each(WARNINGS)('%s', (_says, changes, warning) => {
  const spare = { start_from: 'visitor', change: { 'comms.chat': 'block' } }
  const named = { 'profiles.spare': spare, 'profiles.visitor_x': { start_from: 'visitor' } }
  expect(warningsOf({ ...named, ...changes })).toContain(warning)
})

test('a rule of a preset has its place there', () => {
  const rule = { id: 'again', role: 'pupil', ownership: 'personal', deny: 'again' }
  expect(warningsOf({ preset: 'mine', 'presets.mine': [rule, { ...rule, id: 'more' }] })).toContain(
    'presets.mine.1: rule `more` can never apply: `again` decides before it',
  )
})

test('ten thousand rules are not tried out, and that is said', () => {
  const access = Array.from({ length: 10_000 }, (_, index) => ({
    ...{ id: `r${index}`, role: 'staff', type: `t${index}`, profile: 'staff_byod' },
  }))
  expect(warningsOf({ access })).toContain('access: too many rules to try which of them can apply')
})

test('a rule of the very same conditions is a duplicate where it says the same, else contradictory', () => {
  const rule = { role: 'governor', zone: 'staffroom', ownership: 'personal' }
  const found = (second: object) => {
    const both = [
      { id: 'one', ...rule, deny: 'x' },
      { id: 'two', ...rule, ...second },
    ]
    const { access } = parse(changedExample({})) as { access: object[] }
    const parsed = parsePolicy(changedExample({ access: [...both, ...access] }), 'p.yaml')
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    return policyWarnings(parsed.policy, parsed.document, AT).map(({ finding }) => finding)
  }
  expect(found({ deny: 'x' })).toContainEqual({ kind: 'duplicate', rule: 'two' })
  expect(found({ profile: 'staff_byod' })).toContainEqual({ kind: 'contradictory', rule: 'two' })
  expect(found({ type: 'phone', deny: 'y' })).toContainEqual({ kind: 'shadowed', rule: 'two' })
})
