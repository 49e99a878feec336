import { expect, test } from 'vitest'
import { gaugesOf } from '../../proxy/gate-gauges.ts'
import { METRICS } from '../../proxy/metrics/metric-catalogue.ts'
import { RevisionStatus } from '../../proxy/policy/revision-status.ts'
import type { RecordsStatus } from '../../records/open-records.ts'
import { bundleOf } from '../support/bundle-of-lists.ts'
import { deviceOf } from '../support/sample-facts.ts'

const RECORDS: RecordsStatus = {
  written: 11,
  unidentified: 10,
  spooled: 12,
  shipped: 13,
  lost: 14,
  tallyLost: 0,
  held: 0,
  behind: 0,
  headSeq: 0,
  durableAt: null,
  alarm: null,
  alertAlarm: null,
  redis: null,
  restarts: 0,
  uncleanStop: null,
}

/** Of a fleet the gauges read one number. */
const FLEET = { restarts: 2 }

function readings(records: Partial<RecordsStatus> = {}): Map<string, number> {
  const lines = [
    ['sealed', 'illegal.other', 'sealed.example'],
    ['starter', 'media.games', 'games.example'],
  ] as const
  const devices = [deviceOf(), deviceOf({ state: 'lost' })]
  const status = new RevisionStatus({ bundle: bundleOf(lines, { devices }), alarms: [] })
  status.rejected(['broken'])
  const sources = {
    records: { ...RECORDS, ...records },
    unreviewed: 3,
    status,
    fleet: FLEET,
    feeds: [],
    fetched: [
      {
        ...{ id: 'starter', checkedAt: Date.now(), isHeld: true },
        outcomes: new Map([['refused' as const, 6]]),
      },
    ],
    clients: { readings: () => [['schoolgate_bindings', { confidence: 'likely' }, 5] as const] },
    tokens: { size: 9 },
    postures: {
      ...{ standings: () => new Map([['stale', 5]]), outcomes: () => ({ forged: 6 }) },
      ...{ problems: () => [], shared: () => ({ sent: 7, late: 0, received: 0, foreign: 0 }) },
    },
    sanctions: { imposed: 7 },
    promises: { states: () => new Map([['broken' as const, 2]]), runs: 4 },
  }
  return new Map(
    gaugesOf(sources).map(([name, labels, value]) => {
      expect(Object.keys(labels), name).toEqual(METRICS[name].labels)
      return [`${name}{${Object.values(labels).join()}}`, value]
    }),
  )
}

test('every figure is there once, under the labels of the catalogue', () => {
  const found = readings()
  const ages = [...found].filter(([key]) => key.startsWith('schoolgate_list_age_seconds'))
  expect(ages.map(([key]) => key)).toEqual([
    'schoolgate_list_age_seconds{sealed}',
    'schoolgate_list_age_seconds{starter}',
  ])
  for (const [key, age] of ages) {
    expect(age).toBeGreaterThanOrEqual(0)
    found.delete(key)
  }
  expect(Object.fromEntries(found)).toEqual({
    'schoolgate_sanctions_total{}': 7,
    'schoolgate_doh_tokens{}': 9,
    'schoolgate_posture_devices{failing}': 0,
    'schoolgate_posture_devices{good}': 0,
    'schoolgate_posture_devices{grace}': 0,
    'schoolgate_posture_devices{stale}': 5,
    'schoolgate_posture_reports_total{forged}': 6,
    'schoolgate_posture_reports_total{taken}': 0,
    'schoolgate_posture_shared_total{foreign}': 0,
    'schoolgate_posture_shared_total{late}': 0,
    'schoolgate_posture_shared_total{received}': 0,
    'schoolgate_posture_shared_total{sent}': 7,
    'schoolgate_policy_revision{}': 5,
    'schoolgate_policy_swap_seconds{}': 0,
    'schoolgate_policy_rejected_total{}': 1,
    'schoolgate_bindings{likely}': 5,
    'schoolgate_thread_restarts_total{}': 2,
    'schoolgate_list_domains{sealed}': 1,
    'schoolgate_list_domains{starter}': 1,
    'schoolgate_list_held{starter}': 1,
    'schoolgate_list_updates_total{starter,updated}': 0,
    'schoolgate_list_updates_total{starter,same}': 0,
    'schoolgate_list_updates_total{starter,held}': 0,
    'schoolgate_list_updates_total{starter,refused}': 6,
    'schoolgate_devices{approved}': 1,
    'schoolgate_devices{lost}': 1,
    'schoolgate_promises{kept}': 0,
    'schoolgate_promises{broken}': 2,
    'schoolgate_promises{unanswered}': 0,
    'schoolgate_promises{not_now}': 0,
    'schoolgate_promise_runs_total{}': 4,
    'schoolgate_ledger_unreviewed{}': 3,
    'schoolgate_journal_written_total{}': 11,
    'schoolgate_journal_unidentified_total{}': 10,
    'schoolgate_journal_spooled_total{}': 12,
    'schoolgate_journal_shipped_total{}': 13,
    'schoolgate_journal_lost_total{}': 14,
  })
})

test('Redis has a gauge only where one is configured', () => {
  const state = { error: null, shippedSeq: 0 }
  expect(readings({ redis: { ...state, isUp: true } }).get('schoolgate_redis_up{}')).toBe(1)
  expect(readings({ redis: { ...state, isUp: false } }).get('schoolgate_redis_up{}')).toBe(0)
  expect(readings().has('schoolgate_redis_up{}')).toBe(false)
})
