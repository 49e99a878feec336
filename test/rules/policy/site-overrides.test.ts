import { expect, test } from 'vitest'
import { NO_PERMISSIONS } from '../../../rules/permissions/permissions.ts'
import {
  overrideInstants,
  policyAt,
  withOverridesOf,
} from '../../../rules/policy/site-overrides.ts'
import { buildExampleEngine } from '../../examples/example-engine.ts'
import { examplePolicy } from '../../support/example-policy.ts'
import { deviceOf } from '../../support/sample-facts.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'

const FILM =
  "  - { id: film, allow: [media-games.cat.test], until: '2026-11-24T10:30', because: A film. }\n"
const LATER = "  - { id: film, block: [bbc.co.uk], from: '2026-12-01', because: It is over. }\n"
const POLICY = examplePolicy('sites:\n', `sites:\n${FILM}${LATER}`)
const END = Date.parse('2026-11-24T10:30:00Z')
const BEGIN = Date.parse('2026-12-01T00:00:00Z')

test('a rule with an end or a beginning is beside the policy’s other rules, and tells itself from others of its id', () => {
  expect(POLICY.sites.some(({ id }) => id === 'film')).toBe(false)
  expect(POLICY.siteOverrides).toMatchObject([
    { rule: { id: 'film', action: 'allow' }, from: -Infinity, to: END, permit: 'policy.sites.1' },
    { rule: { id: 'film', action: 'block' }, from: BEGIN, to: Infinity, permit: 'policy.sites.2' },
  ])
  expect(examplePolicy().siteOverrides).toBeUndefined()
})

test('the engine has them in front of those that people put there by command', () => {
  const [mine] = POLICY.siteOverrides ?? []
  if (mine === undefined) throw new Error('no override')
  const theirs = { ...mine, permit: 'theirs' }
  const { sites } = withOverridesOf(POLICY, { ...NO_PERMISSIONS, sites: [theirs] })
  expect(sites.map(({ permit }) => permit)).toEqual(['policy.sites.1', 'policy.sites.2', 'theirs'])
  expect(withOverridesOf(examplePolicy(), NO_PERMISSIONS)).toBe(NO_PERMISSIONS)
})

test('at an instant a policy has the rules that hold then, and between two instants nothing changes', () => {
  const ids = (at: number) => policyAt(POLICY, at).sites.filter(({ id }) => id === 'film').length
  expect([END - 1, END, BEGIN - 1, BEGIN].map(ids)).toEqual([1, 0, 0, 1])
  expect(overrideInstants([POLICY, POLICY])).toEqual([-Infinity, END, BEGIN])
  expect(overrideInstants([POLICY], END)).toEqual([END, BEGIN])
})

test('such a rule decides until its end to the millisecond, names itself, and its edge ends the verdict', () => {
  const engine = buildExampleEngine(POLICY)
  const time = new SchoolTime(POLICY.time)
  const device = deviceOf({ id: 'd', role: 'pupil', phase: 'secondary', ownership: 'school' })
  const zone = { id: 'classroom', pupilArea: true, mobileFree: false, exam: false }
  const ruling = (at: number) =>
    engine.decideHost(
      engine.judge({ device, zone, moment: time.at(at) }, at),
      'media-games.cat.test',
    )
  expect(ruling(END - 1)).toMatchObject({ action: 'allow', ruleId: 'film' })
  expect(ruling(END - 1).cause).toContain('A film.')
  expect(ruling(END).action).toBe('block')
  expect(engine.permissionEdge(device, END - 1)).toBe(END)
  expect(engine.nextPermissionEdge(END)).toBe(BEGIN)
})
