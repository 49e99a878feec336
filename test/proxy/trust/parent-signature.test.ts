import { expect, test } from 'vitest'
import { parentProblem, signParent } from '../../../proxy/trust/parent-signature.ts'
import { joinPolicyTexts } from '../../../rules/policy/policy-text.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { feedMaker } from '../../support/feed-maker.ts'
import { schoolFolder, SCHOOL_FILES } from '../../support/school-folder.ts'

const maker = feedMaker()
const PARENT = 'floor:\n  actions: { staff: { comms.social: block } }\n'
const SIGNED = signParent(PARENT, maker.secret)
const OWN = `extends: trust.yaml\n${SCHOOL_FILES['policy.yaml'] ?? ''}`

function problemOf(parent: string | null, signers = maker.publicPem): string | null {
  const { config, directory } = schoolFolder({ 'signer.pub': signers })
  const text = parent === null ? OWN : joinPolicyTexts(OWN, { name: 'trust.yaml', text: parent })
  return parentProblem(text, config('trust.signers=signer.pub'), directory)
}

test('what the trust has signed is believed, and is a policy as before', () => {
  expect(problemOf(SIGNED)).toBeNull()
  expect(signParent(SIGNED, maker.secret)).toBe(SIGNED)
  const whole = joinPolicyTexts(OWN, { name: 'trust.yaml', text: SIGNED })
  expect(parsePolicy(whole, 'policy.yaml').ok).toBe(true)
})

const FORGED: readonly [says: string, parent: string | null, problem: string][] = [
  [
    'a floor that was lowered afterwards',
    SIGNED.replace('block', 'warn'),
    'is not what was signed',
  ],
  ['a line behind the signature', `${SIGNED}sites: []\n`, 'is not signed'],
  ['a signature that is cut short', SIGNED.slice(0, -5), 'is not signed'],
  ['no signature', PARENT, 'is not signed'],
  [
    'somebody else’s signature',
    signParent(PARENT, feedMaker().secret),
    'by nobody this gate knows',
  ],
  ['no parent', null, 'extends no parent'],
]

test.each(FORGED)('%s is refused', (_says, parent, problem) => {
  expect(problemOf(parent)).toContain(problem)
})

test('a gate that names no signers believes the file, and one whose keys are gone nothing', () => {
  const { config, directory } = schoolFolder()
  const text = joinPolicyTexts(OWN, { name: 'trust.yaml', text: PARENT })
  expect(parentProblem(text, config(), directory)).toBeNull()
  expect(problemOf(SIGNED, 'no key')).toContain('holds no public key')
})
