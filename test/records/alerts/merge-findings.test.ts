import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AlertStore } from '../../../records/alerts/alert-store.ts'
import type { Finding } from '../../../records/alerts/finding.ts'
import { mergeFindings } from '../../../records/alerts/merge-findings.ts'
import { aFinding, alertsDb, AT, MINUTE } from './sample-alerts.ts'

const finding = fc
  .record({
    who: fc.constantFrom('p-1', 'p-2'),
    urgency: fc.constantFrom('now', 'digest'),
    count: fc.integer({ min: 1, max: 5 }),
    minutes: fc.integer({ min: 0, max: 40 }),
  })
  .map(({ who, minutes, ...facts }): Finding =>
    aFinding({ ...facts, key: who, personRef: who, at: AT + minutes * MINUTE }),
  )

/** In the order of the journal, as the feed reads them. */
const findings = fc
  .array(finding, { maxLength: 30 })
  .map((some) => some.toSorted((a, b) => a.at - b.at).map((one, seq) => ({ ...one, seq: seq + 1 })))

function alertsOf(some: readonly Finding[]) {
  const store = new AlertStore(alertsDb())
  for (const one of some) store.raise(one, { duties: ['dsl'], topic: null, now: AT })
  return store
    .newest(99)
    .map((alert) => ({ ...alert, id: '' }))
    .toSorted((a, b) => a.openedAt - b.openedAt || (a.firstSeq ?? 0) - (b.firstSeq ?? 0))
}

test('whatever is found, merged findings make the same alerts', () => {
  fc.assert(
    fc.property(findings, (some) => {
      expect(alertsOf(mergeFindings(some))).toEqual(alertsOf(some))
    }),
    { numRuns: 60 },
  )
})

test('a flood of one kind is two findings: the first, and the others in one', () => {
  const flood = Array.from({ length: 500 }, (_, i) => aFinding({ seq: i + 1, at: AT + i }))
  expect(mergeFindings(flood)).toEqual([
    aFinding({ seq: 1 }),
    aFinding({ seq: 500, at: AT + 499, count: 499 }),
  ])
  expect(mergeFindings([])).toEqual([])
})
