import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NeighbourTable } from '../../../../proxy/clients/sources/neighbour-table.ts'
import { parseNeighbours } from '../../../../proxy/clients/sources/parse-neighbours.ts'
import type { Sighting } from '../../../../rules/identity/sighting.ts'
import { macOf, SEEN_AT } from '../../../support/sightings.ts'

/** Printed by iproute2 6.1.0 on Linux 6.1, with a device in a namespace of its own behind `v0`. */
const CAPTURED = `[{"dst":"10.1.0.21","dev":"v0","lladdr":"00:1b:63:00:00:21","used":0,"confirmed":60,"updated":0,"probes":0,"state":["STALE"]},{"dst":"10.1.0.7","dev":"v0","lladdr":"00:1b:63:00:00:07","refcnt":1,"used":0,"confirmed":0,"updated":0,"probes":4,"state":["REACHABLE"]},{"dst":"10.1.0.20","dev":"v0","lladdr":"da:a1:19:00:00:01","used":0,"confirmed":0,"updated":0,"probes":0,"state":["PERMANENT"]},{"dst":"10.1.0.9","dev":"v0","refcnt":1,"used":0,"confirmed":60,"updated":0,"probes":4,"state":["INCOMPLETE"]},{"dst":"2001:db8::7","dev":"v0","lladdr":"00:1b:63:00:00:07","refcnt":1,"used":0,"confirmed":0,"updated":0,"probes":4,"state":["REACHABLE"]}]`

/** The same without ages (`ip -j neigh`), on eth0 of a virtual machine. */
const WITHOUT_AGES = `[{"dst":"192.0.2.1","dev":"eth0","lladdr":"02:fc:00:00:00:05","state":["STALE"]},{"dst":"fd00::1","dev":"eth0","state":["FAILED"]}]`

const listed = (output: string): readonly Sighting[] => {
  const read = parseNeighbours(output, SEEN_AT)
  if (typeof read === 'string') throw new Error(read)
  return read.sightings
}

test('each neighbour that has answered is a sighting as old as its last answer', () => {
  expect(
    listed(CAPTURED).map(({ addresses, mac, at }) => [addresses[0], mac, SEEN_AT - at]),
  ).toEqual([
    ['10.1.0.21', '00:1b:63:00:00:21', 60_000],
    ['10.1.0.7', '00:1b:63:00:00:07', 0],
    ['10.1.0.20', 'da:a1:19:00:00:01', 0],
    ['2001:db8::7', '00:1b:63:00:00:07', 0],
  ])
  expect(listed(CAPTURED)[0]).toMatchObject({ source: 'neighbour', reporter: 'v0', place: 'v0' })
  expect(listed(WITHOUT_AGES)).toHaveLength(1)
})

test('an empty table is one, and what is no list is said', () => {
  expect(parseNeighbours('\n', SEEN_AT)).toEqual({ sightings: [], bad: 0 })
  expect(parseNeighbours('[]', SEEN_AT)).toEqual({ sightings: [], bad: 0 })
  expect(parseNeighbours('Object "neigh" is unknown', SEEN_AT)).toContain('no JSON')
  expect(parseNeighbours('{"dst":1}', SEEN_AT)).toContain('no list')
})

test('an entry that makes no sense costs that entry and is counted', () => {
  const odd = '[{"dst":7},{"dst":"x","dev":"v0","lladdr":"00:1b:63:00:00:21","state":["STALE"]},4]'
  expect(parseNeighbours(odd, SEEN_AT)).toEqual({ sightings: [], bad: 3 })
})

test('whatever is printed is read or refused, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (output) => {
      const read = parseNeighbours(output, SEEN_AT)
      if (typeof read !== 'string')
        expect(read.bad + read.sightings.length).toBeGreaterThanOrEqual(0)
    }),
  )
})

const feedOf = (script: string): NeighbourTable =>
  new NeighbourTable({
    everyMs: 60_000,
    clock: () => SEEN_AT,
    command: { path: process.execPath, args: ['-e', script, '--'] },
  })

test('the command is run and what it prints is told; one that fails is a problem in a sentence', async () => {
  const told: Sighting[] = []
  const good = feedOf(`process.stdout.write(${JSON.stringify(CAPTURED)})`)
  await good.start((sighting) => told.push(sighting))
  await good.stop()
  expect(told.map(({ mac }) => mac)).toContain(macOf('00:1b:63:00:00:07'))
  expect(good.problem()).toBeNull()
  const bad = feedOf('process.exit(3)')
  await bad.start(() => undefined)
  await bad.stop()
  expect(bad.problem()).toContain('Command failed')
})

test.runIf(process.platform === 'linux')('this machine’s own table can be read', async () => {
  const feed = new NeighbourTable({ everyMs: 60_000, clock: () => SEEN_AT })
  await feed.start(() => undefined)
  await feed.stop()
  expect(feed.problem()).toBeNull()
})
