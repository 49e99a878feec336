import { expect, test } from 'vitest'
import { ThreadTotals } from '../../../proxy/metrics/thread-totals.ts'
import type { MeterSnapshot } from '../../../proxy/metrics/meter.ts'

function seen(hits: number, open = 0): MeterSnapshot {
  return {
    cells: [
      ['schoolgate_dns_cache_hits_total', {}, hits],
      ['schoolgate_tunnels_open', {}, open],
    ],
    histograms: [['schoolgate_dns_latency_seconds', {}, [0.1], [hits, 1], hits / 10]],
  }
}

function valueOf(sum: MeterSnapshot, name: string): number | undefined {
  return sum.cells.find(([cell]) => cell === name)?.[2]
}

test('adds up what the threads counted, histograms bucket by bucket', () => {
  expect(new ThreadTotals().sum([seen(3, 1), seen(4, 2)])).toEqual({
    cells: [
      ['schoolgate_dns_cache_hits_total', {}, 7],
      ['schoolgate_tunnels_open', {}, 3],
    ],
    histograms: [['schoolgate_dns_latency_seconds', {}, [0.1], [7, 2], 0.7]],
  })
})

test('keeps the counts of a thread that died, and drops its gauges', () => {
  const totals = new ThreadTotals()
  totals.retire(seen(10, 5))
  const sum = totals.sum([seen(1, 1)])
  expect(valueOf(sum, 'schoolgate_dns_cache_hits_total')).toBe(11)
  expect(valueOf(sum, 'schoolgate_tunnels_open')).toBe(1)
})

test('no count is lost over any number of deaths', () => {
  const totals = new ThreadTotals()
  for (let thread = 1; thread <= 50; thread += 1) totals.retire(seen(2))
  expect(valueOf(totals.sum([]), 'schoolgate_dns_cache_hits_total')).toBe(100)
})

test('a thread that dies while its round is still open is counted once, or the counter would fall', () => {
  const totals = new ThreadTotals()
  const last = seen(10)
  totals.retire(last)
  expect(valueOf(totals.sum([last]), 'schoolgate_dns_cache_hits_total')).toBe(10)
})

test('a thread that died before it counted anything changes nothing', () => {
  const totals = new ThreadTotals()
  totals.retire(null)
  expect(totals.sum([])).toEqual({ cells: [], histograms: [] })
})
