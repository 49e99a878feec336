import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { UnifiFile } from '../../../../../proxy/clients/sources/unifi/unifi-file.ts'
import type { Sighting } from '../../../../../rules/identity/sighting.ts'
import { tempDirectory } from '../../../../support/temp-directory.ts'
import { STATIONS } from '../../../../support/unifi.ts'
import { until } from '../../../../support/until.ts'

test('clients are told at each change of the file; one that is half written is said and changes nothing', async () => {
  const path = join(tempDirectory(), 'clients.json')
  writeFileSync(path, STATIONS)
  const now = 1_795_600_030_000
  const options = { path, everyMs: 3_600_000, clock: () => now, clockOffsetMs: 0 }
  const feed = new UnifiFile(options)
  onTestFinished(() => feed.stop())
  const told: Sighting[] = []
  await feed.start((sighting) => told.push(sighting))
  expect(told.map(({ source, mac, at }) => [source, mac, at])).toEqual([
    ['controller', '00:1b:63:00:00:07', now - 30_000],
    ['controller', '00:1b:63:00:00:08', now],
  ])
  writeFileSync(path, STATIONS.slice(0, 80))
  await until(
    () => feed.problem(),
    (problem) => problem?.includes('half written') === true,
  )
  expect(told).toHaveLength(2)
  expect(feed.refused()).toEqual({ source: 'controller', count: 1 })
  writeFileSync(path, STATIONS)
  await until(
    () => told.length,
    (count) => count === 4,
  )
  expect(feed.problem()).toBeNull()
})
