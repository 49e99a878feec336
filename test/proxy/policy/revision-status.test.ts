import { expect, test } from 'vitest'
import { RevisionStatus } from '../../../proxy/policy/revision-status.ts'
import type { ImportReport } from '../../../records/register/import-files.ts'
import type { Bundle } from '../../../proxy/policy/bundle.ts'
import { BUILT_AT, bundleOf, type ListLine } from '../../support/bundle-of-lists.ts'
import { deviceOf } from '../../support/sample-facts.ts'

const SEALED: ListLine = ['sealed', 'illegal.other', 'sealed.example']
const GAMES: ListLine = ['starter', 'media.games', 'games.example']
const BETS: ListLine = ['starter', 'money.gambling', 'bets.example']

function made(
  lines: readonly ListLine[],
  more: Partial<Bundle> = {},
  alarms: readonly string[] = [],
) {
  return { bundle: bundleOf(lines, more), alarms }
}

function reportOf(more: Partial<ImportReport>): ImportReport {
  return {
    founded: false,
    appended: 0,
    changed: { policy: 0, people: 0, devices: 0, classes: 0 },
    head: { seq: 1, hash: '', policyVersion: 1 },
    policyRefused: false,
    problems: [],
    problemCount: 0,
    ...more,
  }
}

const PROBLEM = { file: 'policy.yaml', line: 3, col: 1, path: 'zoens', message: 'unknown key' }

test('while all is well there is nothing to say', () => {
  const status = new RevisionStatus(made([SEALED, GAMES, BETS]))
  expect(status.degraded()).toEqual([])
  expect([status.revision, status.rejectedCount, status.lastSwapSeconds]).toEqual([5, 0, 0])
  // The files of a folder are one list.
  expect(status.lists).toEqual([
    { id: 'sealed', domains: 1, builtAt: BUILT_AT },
    { id: 'starter', domains: 2, builtAt: BUILT_AT },
  ])
})

test('devices are counted by their state', () => {
  const devices = [deviceOf(), deviceOf({ state: 'lost' }), deviceOf({ state: 'approved' })]
  const status = new RevisionStatus(made([SEALED], { devices }))
  expect([...status.standings()]).toEqual([
    ['approved', 2],
    ['lost', 1],
  ])
})

test('a missing sealed list and the alarms of the lists are said until they are gone', () => {
  const status = new RevisionStatus(made([GAMES], {}, ['list `sealed`: no folder']))
  expect(status.degraded()).toEqual([
    'no sealed list is loaded: only support.* and the portal are served',
    'list `sealed`: no folder',
  ])
  status.swapped(made([SEALED], { revision: 6 }), [])
  expect(status.degraded()).toEqual([])
  expect(status.revision).toBe(6)
})

test('a refused file is said with its place until it is read without a problem', () => {
  const status = new RevisionStatus(made([SEALED]))
  status.imported(reportOf({ policyRefused: true, problems: [PROBLEM], problemCount: 1 }))
  expect(status.degraded()).toEqual(['file refused: policy.yaml:3:1: zoens: unknown key'])
  expect(status.rejectedCount).toBe(1)
  status.imported(reportOf({}))
  expect(status.degraded()).toEqual([])
  expect(status.rejectedCount).toBe(1)
})

test('a bad row of a table is said, and rejects no policy', () => {
  const status = new RevisionStatus(made([SEALED]))
  status.imported(reportOf({ problems: [PROBLEM], problemCount: 1 }))
  expect(status.degraded()).toHaveLength(1)
  expect(status.rejectedCount).toBe(0)
})

test('a revision that failed its probe leaves the old one in force, and says so until the next swap', () => {
  const status = new RevisionStatus(made([SEALED]))
  status.rejected(['childline.org.uk is closed'])
  expect(status.degraded()).toEqual(['revision rejected: childline.org.uk is closed'])
  expect([status.revision, status.rejectedCount]).toEqual([5, 1])
  status.swapped(made([SEALED], { revision: 7 }), [{ thread: 0, ok: true, tookMs: 4, cut: 0 }])
  expect(status.degraded()).toEqual([])
})

test('the slowest thread is the time of a swap; one that failed is named', () => {
  const status = new RevisionStatus(made([SEALED]))
  status.swapped(made([SEALED], { revision: 6 }), [
    { thread: 0, ok: true, tookMs: 4, cut: 0 },
    { thread: 1, ok: false, message: 'no answer' },
    { thread: 2, ok: true, tookMs: 12, cut: 3 },
  ])
  expect(status.lastSwapSeconds).toBe(0.012)
  expect(status.degraded()).toEqual(['revision rejected: thread 1: no answer'])
})
