import { expect, test } from 'vitest'
import { closedByTrust, saidByName } from '../../../rules/content/said-by-name.ts'
import { collectPolicyNames, type PolicyName } from '../../../rules/content/policy-names.ts'
import { profileActions } from '../../../rules/content/profile-actions.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const POLICY = examplePolicy(
  'sites:\n',
  `sites:
  - { id: wide, allow: [a.example], because: a test }
  - { id: long, block: [deep.a.example], because: a test }
  - { id: shut, block: [b.example], because: a test }
  - { id: open, allow: [b.example], because: a test }
  - { id: theirs, block: [c.example], profiles: [visitor], because: a test }
`,
)
const PROFILE = POLICY.profiles.find(({ id }) => id === 'staff_work')

function said(of: (asked: Parameters<typeof saidByName>[0]) => unknown, ...hosts: string[]) {
  if (PROFILE === undefined) throw new Error('no profile')
  const names = collectPolicyNames(POLICY).filter(({ host }) => hosts.includes(host.host))
  const profile = { policy: PROFILE, actions: profileActions(PROFILE) }
  return of({ names, permits: [], profile })
}

test.each([
  [['a.example'], 'wide', 'allow'],
  [['a.example', 'deep.a.example'], 'long', 'block'],
  [['b.example'], 'shut', 'block'],
] as const)('of %j `%s` is what counts: %s', (hosts, id, action) => {
  expect(said(saidByName, ...hosts)).toMatchObject({ id, action })
})

test.each([[['c.example']], [['nobody.example']]])(
  'of %j nothing is said to this profile',
  (hosts) => {
    expect(said(saidByName, ...hosts)).toBeNull()
  },
)

test('a trust closes by its own rules alone, whatever the school says of a longer name', () => {
  const ofTrust = (name: PolicyName): PolicyName =>
    name.kind === 'site' && name.rule.id === 'shut'
      ? { ...name, rule: { ...name.rule, ofTrust: true } }
      : name
  const asked = (asked: Parameters<typeof saidByName>[0]) =>
    closedByTrust({ ...asked, names: asked.names.map(ofTrust) })
  expect(said(asked, 'b.example')).toMatchObject({ id: 'shut' })
  expect(said(asked, 'a.example', 'deep.a.example')).toBeNull()
})
