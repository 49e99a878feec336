import { expect, test } from 'vitest'
import { registrationRules } from '../../../rules/portal/registration-rules.ts'

test('pupils and visitors bring no device unless the policy says so, staff wait for a yes', () => {
  expect(registrationRules('pupil', undefined).maxDevices).toBe(0)
  expect(registrationRules('visitor', undefined).maxDevices).toBe(0)
  expect(registrationRules('staff', undefined)).toEqual({ maxDevices: 3, approval: true })
  const own = { maxDevices: 1, approval: false }
  expect(registrationRules('pupil', own)).toBe(own)
})
