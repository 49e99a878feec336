import { expect, test } from 'vitest'
import { SavedUsage } from '../../commands/explain-bandwidth.ts'
import { policyOfChange } from '../rules/policy/changed-example.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')
const MIB = 2 ** 20
const POLICY = policyOfChange({
  'bandwidth.classes.personal': {
    ...{ down_mbps: 10, quota: { size: '10 MiB', per: 'day', then: 'throttle', throttle_mbps: 2 } },
  },
})
const LIMITS = POLICY.bandwidth?.classes[0]

function scene(octets: number, period = '2026-11-24') {
  if (LIMITS === undefined) throw new Error('the policy has a class')
  const row = { who: 'phone', classId: 'personal', phase: null, period, octets }
  const consumer = { who: 'phone', phase: null, limits: LIMITS, at: AT }
  return new SavedUsage([row], POLICY).words(consumer)
}

test.each([
  [4 * MIB, '4 MiB of 10 MiB used for today, then 2 Mbit/s'],
  [10 * MIB, '10 MiB of 10 MiB used for today, now 2 Mbit/s'],
])('%d octets used are said with what becomes of the device', (octets, words) => {
  expect(scene(octets)).toBe(`personal: 10 Mbit/s down, no limit up; ${words}`)
})

test('what was used yesterday is no use of today', () => {
  expect(scene(99 * MIB, '2026-11-23')).toContain('0 octets of 10 MiB used')
})
