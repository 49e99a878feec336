import { expect, test } from 'vitest'
import type { CanaryReport } from '../../../proxy/trust/canary-report.ts'
import { writeCanaryReport } from '../../../proxy/trust/canary-report.ts'
import {
  chooserOf,
  digestOfParent,
  heldParent,
  whyCopyHeld,
  whyHeld,
} from '../../../proxy/trust/choose-parent.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { schoolFolder, SCHOOL_FILES } from '../../support/school-folder.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-11-25T10:00:00Z')
const at = (ms: number): string => new Date(ms).toISOString()

function report(more: Partial<CanaryReport> = {}): CanaryReport {
  const times = { since: at(NOW - 24 * HOUR), written: at(NOW - 60_000) }
  return { parent: sha256('new'), alarms: [], lists: {}, ...times, ...more }
}

test.each<[says: string, report: CanaryReport | null, why: RegExp | null]>([
  ['a day without an alarm is enough', report(), null],
  ['less is not', report({ since: at(NOW - 23 * HOUR) }), /23\.0 of 24 hours/],
  ['an alarm is told', report({ alarms: ['file refused: x'] }), /alarm: file refused: x/],
  ['another parent says nothing of this one', report({ parent: sha256('old') }), /another one/],
  [
    'a canary that is silent says nothing of now',
    report({ written: at(NOW - 2 * HOUR) }),
    /for an hour/,
  ],
  ['no report', null, /has not reported/],
])('%s', (_says, said, why) => {
  const held = whyHeld('new', said, { holdHours: 24, now: NOW })
  if (why === null) expect(held).toBeNull()
  else expect(held).toMatch(why)
})

const OWN = `extends: trust.yaml\n${SCHOOL_FILES['policy.yaml'] ?? ''}`
const FOLLOW = 'trust={"ring":"follow","report":"canary.json","holdHours":0}'

test('a follower keeps the parent in force until the canary has had the new one', () => {
  const { path, write, register, config, directory } = schoolFolder({
    'policy.yaml': OWN,
    'trust.yaml': 'floor: {}\n',
  })
  const school = register()
  const offered = { name: 'trust.yaml', text: 'floor: { observe: true }\n' }
  write('trust.yaml', offered.text)
  const choose = () => chooserOf(config(FOLLOW), directory, school, NOW)?.(offered).text
  expect(choose()).toBe('floor: {}\n')
  expect(heldParent(config(FOLLOW), directory, school, NOW)).toContain(
    'the canary has not reported',
  )
  writeCanaryReport(
    path('canary.json'),
    { parent: sha256(offered.text), alarms: [], lists: new Map() },
    NOW,
  )
  expect(choose()).toBe(offered.text)
  expect(heldParent(config(FOLLOW), directory, school, NOW)).toBeNull()
  expect(digestOfParent(school)).toBe(sha256('floor: {}\n'))
})

test('the first parent of a school waits for nobody, and a gate of no ring asks nobody', () => {
  const { register, config, directory } = schoolFolder()
  const first = { name: 'trust.yaml', text: 'floor: {}\n' }
  expect(chooserOf(config(FOLLOW), directory, register(), NOW)?.(first)).toBe(first)
  expect(chooserOf(config(), directory, register(), NOW)).toBeUndefined()
  expect(heldParent(config(), directory, register(), NOW)).toBeNull()
  expect(digestOfParent(register())).toBeNull()
})

test('a copy of a list waits as a parent does, by its list and digest', () => {
  const since = at(NOW - 25 * HOUR)
  const copies = [
    { digest: 'd', since },
    { digest: 'e', since: at(NOW) },
  ]
  const told = report({ lists: { ut1: copies } })
  const why = (list: string, digest: string, said: CanaryReport | null = told) =>
    whyCopyHeld(list, digest, { report: said, holdHours: 24, now: NOW })
  expect(why('ut1', 'd')).toBeNull()
  expect(why('ut1', 'e')).toContain('0.0 of 24 hours')
  expect(why('ut1', 'f')).toContain('another one')
  expect(why('other', 'd')).toContain('another one')
  expect(why('ut1', 'd', { ...told, alarms: ['x'] })).toContain('has an alarm: x')
  expect(why('ut1', 'd', null)).toContain('has not reported')
})
