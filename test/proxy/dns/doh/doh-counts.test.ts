import { expect, test } from 'vitest'
import { DohCounts } from '../../../../proxy/dns/doh/doh-counts.ts'
import { Meter } from '../../../../proxy/metrics/meter.ts'

test('every outcome is there from the start, at zero', () => {
  const meter = new Meter()
  const counts = new DohCounts(meter)
  counts.count('unknown_token')
  const { cells } = meter.snapshot()
  expect(new Set(cells.map(([name]) => name))).toEqual(new Set(['schoolgate_doh_requests_total']))
  const values = Object.fromEntries(cells.map(([, { outcome = '' }, value]) => [outcome, value]))
  expect(values).toMatchObject({ answered: 0, unknown_token: 1, revoked_token: 0, too_many: 0 })
})
