import { expect, test } from 'vitest'
import { findMetric, METRICS } from '../../../proxy/metrics/metric-catalogue.ts'
import type { MetricSpec } from '../../../proxy/metrics/metric-catalogue.ts'

/** What the contract lists (design.md section 6); black-box tests and other people's boards read these. */
const CONTRACT: readonly [name: string, labels: readonly string[]][] = [
  ['schoolgate_build_info', ['version', 'node']],
  ['schoolgate_dns_queries_total', ['transport', 'verdict', 'reason']],
  ['schoolgate_dns_latency_seconds', []],
  ['schoolgate_http_requests_total', ['kind', 'verdict', 'reason']],
  ['schoolgate_tunnels_open', []],
  ['schoolgate_tunnel_bytes_total', ['direction']],
  ['schoolgate_decisions_total', ['stage', 'reason']],
  ['schoolgate_policy_revision', []],
  ['schoolgate_policy_swap_seconds', []],
  ['schoolgate_list_domains', ['list']],
  ['schoolgate_list_age_seconds', ['list']],
  ['schoolgate_journal_written_total', []],
  ['schoolgate_journal_spooled_total', []],
  ['schoolgate_journal_shipped_total', []],
  ['schoolgate_journal_lost_total', []],
  ['schoolgate_redis_up', []],
  ['schoolgate_devices', ['standing']],
  ['schoolgate_ledger_unreviewed', []],
]

for (const [name, labels] of CONTRACT) {
  test(`\`${name}\` is declared as the contract says`, () => {
    expect(findMetric(name)?.labels).toEqual(labels)
  })
}

const ENTRIES: readonly [string, MetricSpec][] = Object.entries(METRICS)

test('counters end in _total and nothing else does', () => {
  const wrong = ENTRIES.filter(
    ([name, { type }]) => (type === 'counter') !== name.endsWith('_total'),
  )
  expect(wrong.map(([name]) => name)).toEqual([])
})

test('no label could hold a device, a person or a host', () => {
  const labels = new Set(ENTRIES.flatMap(([, spec]) => spec.labels))
  const personal = ['device', 'person', 'host', 'ip', 'address', 'mac', 'user', 'client', 'name']
  expect(personal.filter((label) => labels.has(label))).toEqual([])
})

test('an undeclared name is not found, not even an inherited one', () => {
  expect(findMetric('schoolgate_unheard_of')).toBeUndefined()
  expect(findMetric('toString')).toBeUndefined()
})
