import { expect, test } from 'vitest'
import { accessSentence } from '../../../rules/access/access-words.ts'
import type { AccessOutcome } from '../../../rules/access/judge-access.ts'

function denied(reasonCode: string, more: Partial<AccessOutcome> = {}): AccessOutcome {
  const facts = {
    profile: null,
    alert: false,
    ruleId: 'rule',
    window: null,
    explain: null,
    occasion: null,
  }
  return { ...facts, reasonCode, ...more }
}

const SENTENCES: readonly [says: string, outcome: AccessOutcome, sentence: string][] = [
  ['the policy has the first word', denied('lost', { explain: 'Ask Mr Smith.' }), 'Ask Mr Smith.'],
  [
    'an allowance names its profile',
    { ...denied(''), reasonCode: null, profile: 'staff_byod' },
    'Allowed here and now as `staff_byod`.',
  ],
  [
    'a lost device is to be handed in',
    denied('lost', { alert: true }),
    'This device is reported lost. Please hand it in at reception.',
  ],
  [
    'an exam room is told from the rest of the school',
    denied('exam', { alert: true }),
    'An exam is running here: personal devices are not allowed in the exam room.',
  ],
  [
    'a candidate elsewhere hears of the exam',
    denied('exam'),
    'An exam is running: personal devices of candidates are off the network until it ends.',
  ],
  [
    'a failed check is named without underscores',
    denied('posture:disk_encryption', { profile: 'quarantine' }),
    "This device did not pass the school's security check (disk encryption).",
  ],
  [
    'no rule is said so',
    denied('default'),
    'No rule of the school opens the network for this device here and now.',
  ],
  [
    "a policy's own reason makes a sentence",
    denied('out_of_hours'),
    'Not allowed for this device here (out of hours).',
  ],
  [
    "a policy's own reason with its window does too",
    denied('no_phones', { window: 'reception_hours' }),
    'Not allowed for this device here during reception hours (no phones).',
  ],
  [
    'a reason that every object has is a word like others',
    denied('constructor'),
    'Not allowed for this device here (constructor).',
  ],
]

test.each(SENTENCES)('%s', (_says, outcome, sentence) => {
  expect(accessSentence(outcome)).toBe(sentence)
})

const OWN = ['lost', 'revoked', 'confiscated', 'suspended', 'unregistered', 'aup_missing', 'exam']

test.each([...OWN, 'mobile_free_zone', 'posture_stale', 'default'])(
  'the reason `%s` of the gate has a sentence of its own',
  (reason) => {
    expect(accessSentence(denied(reason))).not.toContain('Not allowed for this device here')
  },
)
