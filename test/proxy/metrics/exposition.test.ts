import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeExposition } from '../../../proxy/metrics/exposition.ts'
import { METRICS } from '../../../proxy/metrics/metric-catalogue.ts'
import type { MetricName } from '../../../proxy/metrics/metric-catalogue.ts'
import type { MeterSnapshot } from '../../../proxy/metrics/meter.ts'

test('writes one head per metric, sorted series and cumulative buckets', () => {
  const page = writeExposition({
    cells: [
      ['schoolgate_list_domains', { list: 'b' }, 2],
      ['schoolgate_list_domains', { list: 'a' }, 1],
    ],
    histograms: [['schoolgate_dns_latency_seconds', {}, [0.001, 0.1], [5, 2, 1], 0.25]],
  })
  expect(page.split('\n')).toEqual([
    '# HELP schoolgate_dns_latency_seconds Time from the query to its answer.',
    '# TYPE schoolgate_dns_latency_seconds histogram',
    'schoolgate_dns_latency_seconds_bucket{le="0.001"} 5',
    'schoolgate_dns_latency_seconds_bucket{le="0.1"} 7',
    'schoolgate_dns_latency_seconds_bucket{le="+Inf"} 8',
    'schoolgate_dns_latency_seconds_sum 0.25',
    'schoolgate_dns_latency_seconds_count 8',
    '# HELP schoolgate_list_domains Entries of each list in the image.',
    '# TYPE schoolgate_list_domains gauge',
    'schoolgate_list_domains{list="a"} 1',
    'schoolgate_list_domains{list="b"} 2',
    '',
  ])
})

test('leaves out what the catalogue does not declare', () => {
  expect(writeExposition({ cells: [['made_up', {}, 1]], histograms: [] })).toBe('')
})

test('promtool finds no fault and no lint in a page with every metric', () => {
  expect(promtoolCheck(writeExposition(everyMetric()))).toBe('')
})

test('label values of any text never break the page', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const page = writeExposition({
        cells: [['schoolgate_list_domains', { list: text }, 1]],
        histograms: [],
      })
      const lines = page.split('\n')
      expect(lines).toHaveLength(4)
      const value = /^schoolgate_list_domains\{list="((?:[^"\\]|\\["\\n])*)"\} 1$/su.exec(
        lines[2] ?? '',
      )
      expect(value?.[1]?.replaceAll(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))).toBe(text)
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) },
  )
})

function everyMetric(): MeterSnapshot {
  const cells: [string, Record<string, string>, number][] = []
  const histograms: [string, Record<string, string>, number[], number[], number][] = []
  for (const name of Object.keys(METRICS) as MetricName[]) {
    const labels = Object.fromEntries(METRICS[name].labels.map((label) => [label, 'a "b" \\ c\nd']))
    if (METRICS[name].type === 'histogram') histograms.push([name, labels, [0.1, 1], [1, 2, 3], 4])
    else cells.push([name, labels, 1])
  }
  return { cells, histograms }
}

/** What promtool has to say; it exits 3 for lint and 1 for faults, which throws. */
function promtoolCheck(page: string): string {
  return execFileSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' })
}
