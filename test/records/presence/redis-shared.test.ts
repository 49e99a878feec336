import { expect, test } from 'vitest'
import { POSTURE_KIND, type SharedReport } from '../../../records/posture/shared-report.ts'
import { RedisShared } from '../../../records/presence/redis-shared.ts'
import { RedisServer } from '../../support/redis-server.ts'
import { SEEN_AT } from '../../support/sightings.ts'

function reportOf(device: string, octets: number): SharedReport {
  const text = JSON.stringify({ report: { device_id: device, apps: '' }, signature: '' })
  const body = text.replace('"apps":""', `"apps":"${'x'.repeat(octets - text.length)}"`)
  const times = { at: SEEN_AT, expires: SEEN_AT + 60_000, takenAt: SEEN_AT }
  return { gate: 'one', device, ...times, failingSince: { patches: SEEN_AT - 1 }, body }
}

test('reports with all their applications are shared in small pages, and what is longer than any is foreign', async () => {
  await using server = await RedisServer.prepare()
  await server.start()
  await using redis = await server.client()
  const foreign: number[] = []
  const onForeign = (count: number): void => void foreign.push(count)
  const store = new RedisShared({ redis, site: 'ex', kind: POSTURE_KIND, onForeign })
  const reports = Array.from({ length: 20 }, (_, i) => reportOf(`laptop-${10 + i}`, 100_000))
  expect(await store.put(reports, SEEN_AT)).toEqual(reports)
  const first = await store.changes(0, SEEN_AT)
  expect([first.entries.length, first.number, first.newest]).toEqual([8, 8, 20])
  expect(await store.kept(SEEN_AT)).toEqual(reports)
  expect(await store.get('laptop-10', SEEN_AT)).toEqual(reports[0])
  expect(foreign).toEqual([])
  await store.put(
    [reportOf('laptop-10', 262_145)].map((one) => ({ ...one, at: SEEN_AT + 1 })),
    SEEN_AT,
  )
  expect(await store.kept(SEEN_AT)).toEqual(reports.slice(1))
  expect(foreign).toEqual([1])
})
