import { expect, test } from 'vitest'
import { Account, DeviceTable, HEAVY } from '../../../proxy/bandwidth/device-table.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'

/** Two threads' views of one memory. */
function scene() {
  const start = { memory: DeviceTable.memory(), key: new Uint8Array(32).fill(1) }
  const [one, two] = [new DeviceTable(start), new DeviceTable(start)]
  const claimed: number[] = []
  const account = (table: DeviceTable, who: string): Account =>
    new Account(table, table.keyOf(who), (place) => claimed.push(place))
  return { one, two, account, claimed }
}

test('a device has one place, whichever thread asks, and another device another', () => {
  const { one, two, account, claimed } = scene()
  account(one, 'tablet')
  account(two, 'tablet')
  account(two, 'phone')
  expect(claimed[0]).toBe(claimed[1])
  expect(claimed[2]).not.toBe(claimed[0])
  expect([...one.taken()].toSorted()).toEqual([claimed[0], claimed[2]].toSorted())
})

test('what one thread counts and pays, the other sees', () => {
  const { one, two, account, claimed } = scene()
  const [here, there] = [account(one, 'tablet'), account(two, 'tablet')]
  here.count(3_000_000_000)
  there.count(1_000)
  expect(one.octetsOf(claimed[0] ?? -1) >>> 0).toBe(3_000_001_000)
  expect(here.pay(false, 100, 50)).toBe(150)
  expect(there.pay(false, 110, 50)).toBe(200)
  // The other direction has a rate of its own, and what is long past is no debt.
  expect(here.pay(true, 110, 1)).toBe(111)
  expect(here.pay(false, 5_000, 1)).toBe(5_001)
})

test('time that wraps round is still after and before', () => {
  const { one, account } = scene()
  const tablet = account(one, 'tablet')
  const late = 0x7fff_fff0
  expect(tablet.pay(false, late, 32)).toBe((late + 32) | 0)
  expect(tablet.pay(false, (late + 4) | 0, 8)).toBe((late + 40) | 0)
  // A place unused for days: its time looks as if it were to come.
  expect(tablet.pay(false, 0x4000_0000, 8)).toBe(0x4000_0008)
})

test('flags are told when they change, each for itself', () => {
  const { one, two, account, claimed } = scene()
  const tablet = account(two, 'tablet')
  const [place = -1] = claimed
  expect(one.setFlag(place, 1 << 3, true)).toBe(true)
  expect(one.setFlag(place, 1 << 3, true)).toBe(false)
  expect(one.setFlag(place, HEAVY, true)).toBe(true)
  expect([tablet.isSpent(3), tablet.isSpent(2), tablet.isHeavy]).toEqual([true, false, true])
  expect(one.setFlag(place, 1 << 3, false)).toBe(true)
  expect([tablet.isSpent(3), tablet.isHeavy]).toEqual([false, true])
})

test('a place that was given back is not charged for the device before', () => {
  const { one, account, claimed } = scene()
  const tablet = account(one, 'tablet')
  const [place = -1] = claimed
  one.setFlag(place, HEAVY, true)
  one.release(place)
  expect(tablet.isHeavy).toBe(false)
  tablet.count(7)
  expect(claimed).toHaveLength(2)
  expect(one.octetsOf(claimed[1] ?? -1)).toBe(7)
})

test('a table without room leaves a device unmetered, and nobody fails', () => {
  const { one } = scene()
  // Thirty-two keys that want one place, and one more.
  for (let high = 1n; high <= 32n; high += 1n)
    expect(one.claim(high << 32n)).toBeGreaterThanOrEqual(0)
  const late = new Account(one, 33n << 32n, () => undefined)
  expect(late.isMetered).toBe(false)
  late.count(100)
  expect([late.pay(false, 5, 100), late.isSpent(0)]).toEqual([5, false])
})

test('charging a chunk allocates nothing', () => {
  const { one, account } = scene()
  const tablet = account(one, 'tablet')
  let now = 0
  expectAllocatesAtMost(1, 100_000, () => {
    tablet.count(65_536)
    now = tablet.pay(false, now, 3)
    if (tablet.isSpent(2) || tablet.isHeavy) now += 1
  })
})
