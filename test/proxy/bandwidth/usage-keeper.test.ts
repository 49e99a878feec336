import { expect, test } from 'vitest'
import { Account, DeviceTable } from '../../../proxy/bandwidth/device-table.ts'
import { UsageKeeper } from '../../../proxy/bandwidth/usage-keeper.ts'
import type { Usage } from '../../../records/usage/usage-store.ts'
import { policyOfChange } from '../../rules/policy/changed-example.ts'

const MORNING = Date.parse('2026-11-24T10:00:00Z')
const SECOND = 1_000
const HOUR = 3_600_000
const MIB = 2 ** 20

const bandwidth = (per: string) => ({
  classes: {
    personal: { down_mbps: 10, quota: { size: '10 MiB', per, then: 'block' } },
    school: { down_mbps: 50 },
  },
  heavy_talker: { size: '100 MiB', minutes: 15 },
})
const POLICY = policyOfChange({ bandwidth: bandwidth('day') })
const DEVICE = {
  deviceId: 'phone',
  personRef: 'p-1',
  role: 'staff',
  zone: 'staffroom',
  phase: null,
}

function scene({ usages = [] as readonly Usage[], policy = POLICY, at = MORNING } = {}) {
  const table = new DeviceTable({ memory: DeviceTable.memory(), key: new Uint8Array(32) })
  const events: [string, object][] = []
  const closed = { times: 0 }
  const clock = { at }
  const keeper = new UsageKeeper({
    ...{ table, policy, usages, clock: () => clock.at },
    tellEvent: (kind, facts) => events.push([kind, facts]),
  })
  keeper.onClosed = () => (closed.times += 1)
  const sweep = (now: number): void => {
    clock.at = now
    keeper.sweep()
  }
  const account = new Account(table, table.keyOf('phone'), (place) => {
    keeper.metered({ ...DEVICE, place, who: 'phone' })
  })
  account.belongTo(0)
  return { table, keeper, sweep, account, events, closed }
}

test('a quota that is used up closes the device, once, until the day is over', () => {
  const { keeper, sweep, account, closed } = scene()
  account.count(9 * MIB)
  sweep(MORNING + SECOND)
  expect(account.isSpent(0)).toBe(false)
  account.count(2 * MIB)
  sweep(MORNING + 2 * SECOND)
  sweep(MORNING + 3 * SECOND)
  expect([account.isSpent(0), closed.times]).toEqual([true, 1])
  expect(keeper.usages()).toEqual([
    { who: 'phone', classId: 'personal', phase: null, period: '2026-11-24', octets: 11 * MIB },
  ])
  sweep(Date.parse('2026-11-25T00:00:00Z'))
  expect(account.isSpent(0)).toBe(false)
})

test('what goes in another class does not count, and its quota is not this one’s', () => {
  const { sweep, account } = scene()
  account.belongTo(1)
  account.count(50 * MIB)
  sweep(MORNING + SECOND)
  expect(account.isSpent(0)).toBe(false)
})

test('a restart forgets nothing: the device is closed before any thread asks', () => {
  const usage = { who: 'phone', classId: 'personal', phase: null, octets: 11 * MIB }
  const today = scene({ usages: [{ ...usage, period: '2026-11-24' }] })
  expect(today.account.isSpent(0)).toBe(true)
  const yesterday = scene({ usages: [{ ...usage, period: '2026-11-23' }] })
  expect(yesterday.account.isSpent(0)).toBe(false)
  expect(yesterday.keeper.usages()).toEqual([])
})

test('a quota of a window counts while it is in force, each time anew', () => {
  const policy = policyOfChange({ bandwidth: bandwidth('reception_hours') })
  const { sweep, account } = scene({ policy })
  account.count(11 * MIB)
  sweep(MORNING + SECOND)
  expect(account.isSpent(0)).toBe(true)
  sweep(Date.parse('2026-11-24T15:30:00Z'))
  expect(account.isSpent(0)).toBe(false)
  sweep(Date.parse('2026-11-25T08:30:00Z'))
  expect(account.isSpent(0)).toBe(false)
})

test('a policy that gives more opens at once, one that takes the class away too', () => {
  const { keeper, sweep, account } = scene()
  account.count(11 * MIB)
  sweep(MORNING + SECOND)
  keeper.follow(policyOfChange({ 'bandwidth.classes.personal': { down_mbps: 10 } }))
  expect(account.isSpent(0)).toBe(false)
  keeper.follow(POLICY)
  expect(account.isSpent(0)).toBe(true)
})

test('a heavy talker is told once with who, where and how much, and is none when it has calmed down', () => {
  const { sweep, account, events } = scene()
  account.belongTo(1)
  for (let minute = 1; minute <= 12; minute += 1) {
    account.count(10 * MIB)
    sweep(MORNING + minute * 60_000)
  }
  expect(events).toEqual([
    [
      'heavy_talker',
      {
        ...{ subject: 'phone', device: 'phone', person: 'p-1', role: 'staff', zone: 'staffroom' },
        ...{ moved: '100 MiB', minutes: 15 },
      },
    ],
  ])
  expect(account.isHeavy).toBe(true)
  sweep(MORNING + 30 * 60_000)
  expect(account.isHeavy).toBe(false)
})

test('a device that rests for an hour gives its place back, and comes again as itself', () => {
  const { table, sweep, account } = scene()
  account.count(11 * MIB)
  sweep(MORNING + SECOND)
  sweep(MORNING + SECOND + HOUR)
  expect([...table.taken()]).toEqual([])
  expect(account.isSpent(0)).toBe(true)
})
