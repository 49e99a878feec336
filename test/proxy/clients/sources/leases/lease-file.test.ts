import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DuidBook } from '../../../../../proxy/clients/sources/leases/duid-book.ts'
import { LeaseFile } from '../../../../../proxy/clients/sources/leases/lease-file.ts'
import type { LeaseFormat } from '../../../../../proxy/clients/sources/leases/lease.ts'
import { DNSMASQ } from '../../../../../proxy/clients/sources/leases/read-dnsmasq.ts'
import { KEA } from '../../../../../proxy/clients/sources/leases/read-kea.ts'
import type { Sighting } from '../../../../../rules/identity/sighting.ts'
import { SEEN_AT } from '../../../../support/sightings.ts'
import { tempDirectory } from '../../../../support/temp-directory.ts'
import { until } from '../../../../support/until.ts'

const SECOND = SEEN_AT / 1000
const FIRST = `${SECOND + 600} 00:1b:63:00:00:07 10.1.0.7 phone *\n`
const OTHER = `${SECOND + 600} 00:1b:63:00:00:08 10.1.0.8 laptop *\n`
const HEAD = 'address,hwaddr,client_id,valid_lifetime,expire,state\n'

function scene(format: LeaseFormat = DNSMASQ, { offset = 0, duids = new DuidBook() } = {}) {
  const clock = { now: SEEN_AT }
  const path = join(tempDirectory(), 'leases')
  const options = { path, format, duids, everyMs: 3_600_000, clockOffsetMs: offset }
  const feed = new LeaseFile({ ...options, clock: () => clock.now })
  const told: Sighting[] = []
  const start = () => feed.start((sighting) => told.push(sighting))
  onTestFinished(() => feed.stop())
  const tells = (count: number) =>
    until(
      () => told.length,
      (length) => length >= count,
    )
  return { clock, path, feed, told, start, tells }
}

test('each lease is told once, and a renewed one again', async () => {
  const { path, told, start, tells, feed } = scene()
  writeFileSync(path, FIRST + OTHER)
  await start()
  expect(told.map(({ addresses, mac, until }) => [addresses[0], mac, until])).toEqual([
    ['10.1.0.7', '00:1b:63:00:00:07', SEEN_AT + 600_000],
    ['10.1.0.8', '00:1b:63:00:00:08', SEEN_AT + 600_000],
  ])
  expect(told[0]).toMatchObject({ source: 'dhcp', at: SEEN_AT, hostName: 'phone', ended: false })
  expect(told[0]?.reporter.endsWith('leases')).toBe(true)
  writeFileSync(path, FIRST + OTHER.replace(String(SECOND + 600), String(SECOND + 900)))
  await tells(3)
  expect(told[2]).toMatchObject({ addresses: ['10.1.0.8'], until: SEEN_AT + 900_000 })
  expect(feed.problem()).toBeNull()
})

test('of a file that is half written nothing ends: the last good binding stays until it expires', async () => {
  const { path, told, start, tells, feed } = scene()
  writeFileSync(path, FIRST + OTHER)
  await start()
  writeFileSync(path, `\0\0\0garbage\n${SECOND} 00:1b:63:00:00:09 10.1.0.9\n${FIRST.slice(0, 40)}`)
  await until(
    () => feed.refused().count,
    (count) => count === 2,
  )
  expect(told).toHaveLength(2)
  expect(feed.problem()).toBe("2 of its records can't be read")
  writeFileSync(path, `${FIRST}${OTHER.replace(':08 ', ':0a ')}`)
  await tells(3)
  expect(told[2]).toMatchObject({ mac: '00:1b:63:00:00:0a', ended: false })
  expect(feed.problem()).toBeNull()
})

test('a bad record is counted once, however often the file is read', async () => {
  const { path, start, feed, tells } = scene()
  writeFileSync(path, `bad\n${FIRST}`)
  await start()
  writeFileSync(path, `bad\n${FIRST}${OTHER}`)
  await tells(2)
  expect(feed.refused()).toEqual({ source: 'dhcp', count: 1 })
})

test('a lease that was given back is over at once', async () => {
  const { path, told, start, tells } = scene(KEA)
  writeFileSync(path, `${HEAD}10.1.0.7,00:1b:63:00:00:07,,3600,${SECOND + 3_000},0\n`)
  await start()
  appendFileSync(path, `10.1.0.7,00:1b:63:00:00:07,,0,${SECOND - 600},0\n`)
  await tells(2)
  expect(told.map(({ ended }) => ended)).toEqual([false, true])
  expect(told[0]).toMatchObject({ at: SEEN_AT - 600_000, until: SEEN_AT + 3_000_000 })
})

test('what a file tells of the past is left out', async () => {
  const { path, told, start } = scene(KEA)
  writeFileSync(path, `${HEAD}10.1.0.7,00:1b:63:00:00:07,,3600,${SECOND - 1},0\n`)
  await start()
  expect(told).toEqual([])
})

test('a lease for ever is told again before the sighting of it would run out', async () => {
  const { path, clock, told, start, feed } = scene()
  writeFileSync(path, '0 00:1b:63:00:00:07 10.1.0.7 phone *\n')
  await start()
  clock.now += 10 * 60_000
  writeFileSync(path, '0 00:1b:63:00:00:07 10.1.0.7 phone *\n')
  clock.now += 6 * 60_000
  writeFileSync(path, `0 00:1b:63:00:00:07 10.1.0.7 phone *\n`)
  await until(
    () => told.length,
    (length) => length === 2,
  )
  expect(told.map(({ at, until: ends }) => [at, ends])).toEqual([
    [SEEN_AT, null],
    [SEEN_AT + 960_000, null],
  ])
  await feed.stop()
})

test('an IPv6 lease is of the hardware that another file knows its client by', async () => {
  const duids = new DuidBook()
  const six = scene(DNSMASQ, { duids })
  writeFileSync(six.path, `${SECOND + 600} 77 fd77::7 * 00:04:aa:bb:cc:dd\n`)
  await six.start()
  expect(six.told).toMatchObject([{ addresses: ['fd77::7'], mac: null }])
  const four = scene(DNSMASQ, { duids })
  writeFileSync(four.path, FIRST.replace('*', 'ff:00:00:00:77:00:04:aa:bb:cc:dd'))
  await four.start()
  appendFileSync(six.path, '')
  writeFileSync(six.path, `${SECOND + 600} 77 fd77::7 * 00:04:aa:bb:cc:dd\n`)
  await six.tells(2)
  expect(six.told[1]).toMatchObject({ addresses: ['fd77::7'], mac: '00:1b:63:00:00:07' })
})

test('a gate on another clock than its DHCP server takes the leases as they are now', async () => {
  const offset = -86_400_000
  const { path, told, start, clock } = scene(DNSMASQ, { offset })
  clock.now += offset
  writeFileSync(path, FIRST)
  await start()
  expect(told).toMatchObject([{ until: SEEN_AT + offset + 600_000, at: SEEN_AT + offset }])
})

test('a lease for ever that its file has no more is told no more', async () => {
  const { path, clock, told, start, feed } = scene()
  writeFileSync(path, `0 00:1b:63:00:00:07 10.1.0.7 phone *\n${OTHER}`)
  await start()
  writeFileSync(path, OTHER.replace('laptop', 'renamed'))
  clock.now += 5 * 60_000
  writeFileSync(path, OTHER.replace(String(SECOND + 600), String(SECOND + 900)))
  await until(
    () => told.length,
    (length) => length === 3,
  )
  clock.now += 16 * 60_000
  writeFileSync(path, OTHER.replace(String(SECOND + 600), String(SECOND + 3_600)))
  await until(
    () => told.length,
    (length) => length >= 4,
  )
  await feed.stop()
  expect(told.map(({ addresses }) => addresses[0])).toEqual([
    '10.1.0.7',
    '10.1.0.8',
    '10.1.0.8',
    '10.1.0.8',
  ])
})
