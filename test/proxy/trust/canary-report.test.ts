import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  readCanaryReport,
  writeCanaryReport,
  type CanaryCopies,
} from '../../../proxy/trust/canary-report.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const NONE = new Map<string, CanaryCopies>()

test('`since` goes on for the same parent and begins anew for another', () => {
  const path = join(tempDirectory(), 'canary.json')
  writeCanaryReport(path, { parent: 'one', alarms: [], lists: NONE }, 1_000)
  writeCanaryReport(path, { parent: 'one', alarms: ['a list is old'], lists: NONE }, 61_000)
  expect(readCanaryReport(path)).toEqual({
    ...{ parent: 'one', alarms: ['a list is old'], lists: {} },
    ...{ since: '1970-01-01T00:00:01.000Z', written: '1970-01-01T00:01:01.000Z' },
  })
  writeCanaryReport(path, { parent: 'two', alarms: [], lists: NONE }, 121_000)
  expect(readCanaryReport(path)?.since).toBe('1970-01-01T00:02:01.000Z')
})

test.each(['', 'null', '{"parent":"x"}', '{'])('`%s` is no report', (text) => {
  const path = join(tempDirectory(), 'canary.json')
  writeFileSync(path, text)
  expect(readCanaryReport(path)).toBeNull()
  expect(readCanaryReport('/nowhere/canary.json')).toBeNull()
})

test('copies of lists are named since they came in, until somebody takes one back', () => {
  const path = join(tempDirectory(), 'canary.json')
  const tell = (at: number, inForce: string | null, rejected: readonly string[] = []) => {
    const lists = new Map([['ut1', { inForce, rejected }]])
    writeCanaryReport(path, { parent: null, alarms: [], lists }, at)
    const told = readCanaryReport(path)?.lists['ut1'] ?? []
    return told.map(({ digest, since }) => `${digest} ${Date.parse(since)}`)
  }
  expect(tell(1_000, null)).toEqual([])
  expect(tell(2_000, 'a')).toEqual(['a 2000'])
  expect(tell(3_000, 'a')).toEqual(['a 2000'])
  expect(tell(4_000, 'b')).toEqual(['b 4000', 'a 2000'])
  expect(tell(5_000, 'a', ['b'])).toEqual(['a 2000'])
  for (let at = 10; at < 300; at += 1) tell(at * 1000, `x${at}`)
  expect(tell(300_000, 'last')).toHaveLength(200)
})
