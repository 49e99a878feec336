import { beforeEach, expect, test } from 'vitest'
import { PolicyMemory, policyOf } from '../../../proxy/policy/policy-memory.ts'
import { EMPTY_REGISTER, type Register } from '../../../records/register/register.ts'
import { schoolFolder } from '../../support/school-folder.ts'

const BLOCKED = { hosts: ['closed.example'] } as never
const CORRECTED = { host: 'maths.example', remove: 'media.games', add: null, because: 'a lesson' }

function policyIn(memory: PolicyMemory, register: Register) {
  const read = memory.policyOf(register)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.policy
}

let school: Register
beforeEach(() => {
  school = schoolFolder().register()
})

test('while nothing that it comes from changes, the policy is the same object', () => {
  const memory = new PolicyMemory()
  const first = policyIn(memory, school)
  const later = { ...school, revision: 9, devices: new Map(), corrections: new Map() }
  expect(policyIn(memory, later)).toBe(first)
})

type Written = Register['policy']
const withText = (policy: Written, more: string): Written =>
  policy && { ...policy, text: `${policy.text}\n${more}\n` }

test.each([
  ['its text', ({ policy }) => ({ policy: withText(policy, '# a remark') })],
  ['its name', ({ policy }) => ({ policy: policy && { ...policy, name: 'other.yaml' } })],
  ['a host that is closed at once', () => ({ emergencyBlocks: new Map([['e1', BLOCKED]]) })],
  ['a correction', () => ({ corrections: new Map([['c1', CORRECTED as never]]) })],
] as readonly [string, (before: Register) => Partial<Register>][])(
  '%s makes it another one',
  (_what, change) => {
    const memory = new PolicyMemory()
    const first = policyIn(memory, school)
    const changed = { ...school, ...change(school) }
    expect(policyIn(memory, changed)).not.toBe(first)
    expect(memory.policyOf(changed)).toEqual(policyOf(changed))
    expect(policyIn(memory, school)).toEqual(first)
  },
)

test('a register that goes on with its own maps is seen through', () => {
  const memory = new PolicyMemory()
  const emergencyBlocks = new Map<string, never>()
  const first = policyIn(memory, { ...school, emergencyBlocks })
  emergencyBlocks.set('e1', BLOCKED)
  expect(policyIn(memory, { ...school, emergencyBlocks }).sites).toHaveLength(
    first.sites.length + 1,
  )
})

test('a policy with an error is told again and again, and none at all, too', () => {
  const memory = new PolicyMemory()
  const broken = {
    ...school,
    policy: withText(school.policy, 'nonsense: 1'),
  }
  expect(memory.policyOf(broken)).toMatchObject({ ok: false })
  expect(memory.policyOf(broken)).toMatchObject({ ok: false })
  expect(memory.policyOf(EMPTY_REGISTER)).toEqual({
    ok: false,
    problems: ['the ledger holds no policy yet'],
  })
})
