import { expect, test } from 'vitest'
import { fixFor, mendOf, stepsOf } from '../../../rules/posture/fix-it.ts'
import { OPERATING_SYSTEMS } from '../../../rules/posture/posture-report.ts'
import { POSTURE_CHECKS } from '../../../rules/posture/posture-rules.ts'

test.each(['stale', ...POSTURE_CHECKS] as const)(
  '%s has one thing to do on every system',
  (check) => {
    for (const os of [null, ...OPERATING_SYSTEMS]) {
      const { title, step } = fixFor(check, os)
      expect(title).toMatch(/^[A-Z].*\.$/)
      expect(step).toMatch(/^[A-Z].*\.$/)
    }
  },
)

test("a Mac's user is sent through a Mac's settings", () => {
  expect(fixFor('disk_encryption', 'macos').step).toContain('FileVault')
  expect(fixFor('disk_encryption', 'windows').step).not.toContain('FileVault')
})

test('a reason code leads to what its user mends, and others to nothing', () => {
  expect(mendOf('posture:screen_lock')).toBe('screen_lock')
  expect(mendOf('posture_stale')).toBe('stale')
  for (const other of [null, 'category', 'posture:review', 'posture:'])
    expect(mendOf(other)).toBeNull()
  expect(stepsOf('disk_encryption').map(({ system }) => system)).toEqual([
    'Windows',
    'Mac',
    'Linux',
  ])
  expect(stepsOf('tamper')).toEqual([])
})
