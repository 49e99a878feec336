import { expect, test } from 'vitest'
import { verdictOf } from '../../rules/verdict-of.ts'
import { rulingOf } from '../support/sample-facts.ts'

const UNTIL = Date.parse('2026-11-24T10:55:00Z')

test('a verdict has the keys of the contract, in its order, and no others', () => {
  const moment = { zone: 'classroom', windows: ['lesson', 'staff_day'], validUntil: UNTIL }
  const verdict = verdictOf(rulingOf(), moment)
  expect(verdict).toEqual({
    action: 'block',
    reason_code: 'category',
    profile: 'secondary_lesson',
    alert: false,
    zone: 'classroom',
    windows: ['lesson', 'staff_day'],
    category: 'money.gambling',
    rule_id: 'category.money.gambling',
    list_source: 'starter',
    list_version: '2026-11',
    policy_version: 7,
    valid_until: '2026-11-24T10:55:00Z',
    cause: 'Gambling: not open.',
  })
  expect(Object.keys(verdict).join()).toBe(
    'action,reason_code,profile,alert,zone,windows,category,rule_id,list_source,list_version,policy_version,valid_until,cause',
  )
})

test('what no edge ends holds until null, which JSON can say', () => {
  const verdict = verdictOf(rulingOf(), { zone: 'unknown', windows: [], validUntil: Infinity })
  expect(JSON.parse(JSON.stringify(verdict))).toMatchObject({ valid_until: null, windows: [] })
})
