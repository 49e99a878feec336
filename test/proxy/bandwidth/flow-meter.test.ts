import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Account, DeviceTable, HEAVY } from '../../../proxy/bandwidth/device-table.ts'
import { FREE, PacedFlow, type FlowLimits } from '../../../proxy/bandwidth/flow-meter.ts'
import { TICKS_PER_MS, WaitingRoom } from '../../../proxy/bandwidth/pacer.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'

const MEGABIT = 125_000
const CHUNK = 65_536
const LIMITS: FlowLimits = {
  ...{ down: 8 * MEGABIT, up: 4 * MEGABIT, spent: null, heavy: null, classIndex: 0 },
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})

afterEach(() => {
  vi.useRealTimers()
})

function scene() {
  const start = { memory: DeviceTable.memory(), key: new Uint8Array(32) }
  const table = new DeviceTable(start)
  const rooms = [0, 1].map(() => new WaitingRoom(() => Math.floor(Date.now() * TICKS_PER_MS) | 0))
  const slowed: string[] = []
  const places = new Map<string, number>()
  /** A flow on one of two threads. */
  const flow = (who: string, { limits = LIMITS, thread = 0 } = {}): PacedFlow => {
    const own = new DeviceTable(start)
    const account = new Account(own, own.keyOf(who), (place) => places.set(who, place))
    const [first, second] = rooms
    const room = (thread === 0 ? first : second) ?? first
    if (room === undefined) throw new Error('two rooms')
    return new PacedFlow(account, limits, { room, onSlowed: () => slowed.push(who) })
  }
  const flag = (who: string, bit: number, isSet = true) =>
    table.setFlag(places.get(who) ?? -1, bit, isSet)
  return { flow, flag, slowed }
}

/** Moves as much as it may for as long as the test runs; what it moved is in the answer. */
function pump(flow: PacedFlow, isUp = false): { octets: number } {
  const moved = { octets: 0 }
  const direction = isUp ? flow.up : flow.down
  const go = (): void => {
    for (let again = true; again;) {
      moved.octets += CHUNK
      again = direction.take(CHUNK)
    }
  }
  direction.whenDue = go
  if (direction.mayBegin()) go()
  return moved
}

const mbits = (octets: number, seconds: number): number => octets / MEGABIT / seconds

test('a flow goes at the rate of its direction', () => {
  const { flow } = scene()
  const tablet = flow('tablet')
  const [down, up] = [pump(tablet), pump(tablet, true)]
  vi.advanceTimersByTime(20_000)
  expect(mbits(down.octets, 20)).toBeGreaterThan(7.6)
  expect(mbits(down.octets, 20)).toBeLessThan(8.4)
  expect(mbits(up.octets, 20)).toBeGreaterThan(3.8)
  expect(mbits(up.octets, 20)).toBeLessThan(4.2)
})

test('a device’s connections share its rate fairly, on both threads, and another device has its own', () => {
  const { flow } = scene()
  const moved = [0, 1, 2, 3].map((number) => pump(flow('tablet', { thread: number % 2 })))
  const phone = pump(flow('phone'))
  vi.advanceTimersByTime(20_000)
  const rates = moved.map(({ octets }) => mbits(octets, 20))
  const sum = rates.reduce((all, one) => all + one, 0)
  expect(sum).toBeGreaterThan(7.6)
  expect(sum).toBeLessThan(8.6)
  for (const rate of rates) expect(rate).toBeGreaterThan(sum / 4 / 1.15)
  expect(mbits(phone.octets, 20)).toBeGreaterThan(7.6)
})

test('many small requests one after the other do not go round the rate', () => {
  const { flow } = scene()
  let octets = 0
  const next = (): void => {
    const request = flow('tablet')
    const answer = (): void => {
      request.down.whenDue = () => undefined
      octets += 20_000
      request.down.take(20_000)
      // The next request begins at once, whether or not this one was told to wait.
      setTimeout(next, 1)
    }
    request.down.whenDue = answer
    if (request.down.mayBegin()) answer()
  }
  next()
  vi.advanceTimersByTime(20_000)
  expect(mbits(octets, 20)).toBeLessThan(8.6)
  expect(mbits(octets, 20)).toBeGreaterThan(7)
})

test('what came while a flow waited is paid for, and it waits on', () => {
  const { flow } = scene()
  const { down } = flow('tablet')
  expect(down.take(1_000_000)).toBe(false)
  expect(down.take(1_000_000)).toBe(false)
  let went = 0
  down.whenDue = () => (went += 1)
  vi.advanceTimersByTime(1_800)
  expect(went).toBe(0)
  vi.advanceTimersByTime(200)
  expect([went, down.isWaiting]).toEqual([1, false])
})

test('a spent quota and heavy talk slow it, which is told once, and end', () => {
  const { flow, flag, slowed } = scene()
  const limits = { ...LIMITS, spent: 2 * MEGABIT, heavy: MEGABIT }
  const tablet = flow('tablet', { limits })
  expect(tablet.rate(false)).toBe(8 * MEGABIT)
  flag('tablet', 1 << 0)
  expect(tablet.rate(false)).toBe(2 * MEGABIT)
  flag('tablet', HEAVY)
  expect([tablet.rate(false), tablet.rate(true)]).toEqual([MEGABIT, MEGABIT])
  expect(slowed).toEqual(['tablet'])
  flag('tablet', 1 << 0, false)
  flag('tablet', HEAVY, false)
  expect(tablet.rate(false)).toBe(8 * MEGABIT)
})

test('what goes free is never held back', () => {
  FREE.down.whenDue = () => {
    throw new Error('nobody waits here')
  }
  expect([FREE.down.mayBegin(), FREE.down.take(1e9), FREE.up.take(1e9)]).toEqual([true, true, true])
})

test('a chunk of a flow under limits allocates nothing, waiting included', () => {
  vi.useRealTimers()
  const table = new DeviceTable({ memory: DeviceTable.memory(), key: new Uint8Array(32) })
  const account = new Account(table, table.keyOf('tablet'), () => undefined)
  let tick = 0
  // A clock that goes on by a tick a chunk, and a rate that this is just enough for.
  const room = new WaitingRoom(() => (tick = (tick + 1) | 0))
  const limits = { ...LIMITS, down: CHUNK * 16_000, spent: 1e9, heavy: 1e9 }
  const { down } = new PacedFlow(account, limits, { room, onSlowed: () => undefined })
  let sum = 0
  expectAllocatesAtMost(2, 100_000, () => {
    if (down.take(CHUNK)) sum += 1
  })
  expect(sum).toBeGreaterThan(0)
})
