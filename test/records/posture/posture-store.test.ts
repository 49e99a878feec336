import { expect, test } from 'vitest'
import { PostureStore, type StoredReport } from '../../../records/posture/posture-store.ts'
import { postureOf } from '../../support/sample-posture.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const T = Date.parse('2026-11-25T09:00:00Z')
const DAY = 86_400_000

function reportOf(device: string, at: number): StoredReport {
  const ts = new Date(at).toISOString()
  return { device, at, ts, nonce: 'n', facts: postureOf(), failingSince: {} }
}

const GOOD = { posture: 'ok', failed: [] }
const BAD = { posture: 'failed:firewall', failed: ['firewall'] }

test('the last report of a device is kept, and only the last', () => {
  using store = PostureStore.open(tempDirectory())
  store.put(reportOf('a', T), GOOD)
  store.put(reportOf('a', T + 1), GOOD)
  expect(store.last('a')).toEqual(reportOf('a', T + 1))
  expect(store.last('b')).toBeNull()
})

test('where a device stood is kept where that changes, for 30 days', () => {
  using store = PostureStore.open(tempDirectory())
  for (const [day, standing] of [
    [0, GOOD],
    [1, GOOD],
    [2, BAD],
    [3, GOOD],
  ] as const)
    store.put(reportOf('a', T + day * DAY), standing)
  expect(store.history('a').map(({ at, posture }) => [(at - T) / DAY, posture])).toEqual([
    [3, 'ok'],
    [2, 'failed:firewall'],
    [0, 'ok'],
  ])
  store.put(reportOf('b', T + 32.5 * DAY), GOOD)
  expect(store.history('a').map(({ at }) => (at - T) / DAY)).toEqual([3])
})

test('another process sees what is new, once', () => {
  const directory = tempDirectory()
  using writer = PostureStore.open(directory)
  using reader = PostureStore.open(directory)
  writer.put(reportOf('a', T), GOOD)
  writer.put(reportOf('b', T), GOOD)
  const first = reader.since(0)
  expect(first.reports.map(({ device }) => device)).toEqual(['a', 'b'])
  expect(reader.since(first.change).reports).toEqual([])
  writer.forget('b')
  writer.put(reportOf('a', T + 1), BAD)
  expect(reader.since(first.change).reports).toEqual([reportOf('a', T + 1)])
})

test('a device that is forgotten leaves nothing', () => {
  using store = PostureStore.open(tempDirectory())
  store.put(reportOf('a', T), GOOD)
  store.forget('a')
  expect([store.last('a'), store.history('a')]).toEqual([null, []])
})

test('outcomes are counted', () => {
  using store = PostureStore.open(tempDirectory())
  store.countRefusal('forged')
  store.countRefusal('forged')
  store.put(reportOf('a', T), GOOD)
  expect(store.outcomes()).toEqual({ forged: 2, taken: 1 })
})
