import { expect, it } from 'vitest'
import { answersFor } from '../../../records/alerts/alert-rights.ts'

it.each([
  [['dsl'], 'p-1', true],
  [['deputy_dsl'], 'p-1', true],
  [['head'], 'p-1', true],
  [['network_manager'], 'p-1', false],
  [['dsl'], 'p-about', false],
  [[], 'p-1', false],
] as const)(
  '%j, as %s, answers for what the safeguarding lead is told: %s',
  (duties, who, answers) => {
    const alert = { duties: ['dsl'], personRef: 'p-about' } as const
    expect(answersFor(alert, { personRef: who, duties })).toBe(answers)
  },
)
