import { expect, test } from 'vitest'
import { escalationAt } from '../../../records/alerts/escalation.ts'
import { AT, HOUR, MINUTE } from './sample-alerts.ts'

const FIVE_PM = AT + 7 * HOUR

test.each([
  ['high', 29 * MINUTE, 0],
  ['high', 30 * MINUTE, 1],
  ['high', 59 * MINUTE, 1],
  ['high', 60 * MINUTE, 2],
  ['medium', 60 * MINUTE, 0],
  ['medium', 4 * HOUR, 1],
  ['medium', 8 * HOUR, 2],
] as const)('an alert of severity %s after %i ms is %i offices up', (severity, after, level) => {
  expect(escalationAt({ severity, toldAt: AT }, AT + after, FIVE_PM)).toBe(level)
})

test('a high alert that nobody saw goes up at 17:00, one of the evening does not', () => {
  const late = { severity: 'high', toldAt: FIVE_PM - 5 * MINUTE } as const
  expect(escalationAt(late, FIVE_PM - 1, FIVE_PM)).toBe(0)
  expect(escalationAt(late, FIVE_PM, FIVE_PM)).toBe(2)
  expect(escalationAt({ severity: 'high', toldAt: FIVE_PM }, FIVE_PM + 1, FIVE_PM)).toBe(0)
  expect(escalationAt({ severity: 'high', toldAt: null }, FIVE_PM, FIVE_PM)).toBe(0)
})
