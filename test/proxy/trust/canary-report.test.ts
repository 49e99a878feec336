import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCanaryReport, writeCanaryReport } from '../../../proxy/trust/canary-report.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

test('`since` goes on for the same parent and begins anew for another', () => {
  const path = join(tempDirectory(), 'canary.json')
  writeCanaryReport(path, { parent: 'one', alarms: [] }, 1_000)
  writeCanaryReport(path, { parent: 'one', alarms: ['a list is old'] }, 61_000)
  expect(readCanaryReport(path)).toEqual({
    ...{ parent: 'one', alarms: ['a list is old'] },
    ...{ since: '1970-01-01T00:00:01.000Z', written: '1970-01-01T00:01:01.000Z' },
  })
  writeCanaryReport(path, { parent: 'two', alarms: [] }, 121_000)
  expect(readCanaryReport(path)?.since).toBe('1970-01-01T00:02:01.000Z')
})

test.each(['', 'null', '{"parent":"x"}', '{'])('`%s` is no report', (text) => {
  const path = join(tempDirectory(), 'canary.json')
  writeFileSync(path, text)
  expect(readCanaryReport(path)).toBeNull()
  expect(readCanaryReport('/nowhere/canary.json')).toBeNull()
})
