import { expect, test } from 'vitest'
import { QueryCounts } from '../../../proxy/dns/query-counts.ts'
import { Meter } from '../../../proxy/metrics/meter.ts'
import { BLOCKED, scriptedDecider, scriptedPlane } from '../../support/scripted-plane.ts'

const { stance } = scriptedPlane().subjectAt('')

function cellsOf(meter: Meter): Readonly<Record<string, number>> {
  const rows = meter
    .snapshot()
    .cells.filter(([name]) => name === 'schoolgate_dns_queries_total')
    .map(([, labels, n]) => [Object.values(labels).join(' '), n] as const)
  return Object.fromEntries(rows)
}

test('counts by transport, verdict and reason, also after the engine was swapped', () => {
  const meter = new Meter()
  const counts = new QueryCounts(meter, 'udp')
  const before = scriptedDecider({ rulings: { 'a.test': BLOCKED } })
  const after = scriptedDecider({
    rulings: { 'a.test': { action: 'warn', reasonCode: null }, 'b.test': BLOCKED },
  })
  counts.decided(before, before.decideHost(stance, 'a.test'))
  counts.decided(before, before.decideHost(stance, 'www.test'))
  // The same index as `a.test` had before, and another meaning.
  counts.decided(after, after.decideHost(stance, 'a.test'))
  counts.decided(after, after.decideHost(stance, 'b.test'))
  counts.undecided('refused')
  expect(cellsOf(meter)).toEqual({
    'udp block category': 2,
    'udp allow none': 1,
    'udp warn none': 1,
    'udp block refused': 1,
  })
})

test('what is answered at once is in the first bucket, the rest where it belongs', () => {
  const meter = new Meter()
  const counts = new QueryCounts(meter, 'tcp')
  counts.answeredNow()
  counts.answeredAfter(0.03)
  const [histogram] = meter.snapshot().histograms
  const [, , buckets, filled] = histogram ?? []
  expect(filled?.[0]).toBe(1)
  expect(filled?.[buckets?.indexOf(0.05) ?? -1]).toBe(1)
})
