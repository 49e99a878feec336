import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EdgeWatch } from '../../proxy/edge-watch.ts'

const HOUR = 3_600_000
const START = Date.parse('2026-11-24T08:00:00Z')
/** Every hour on the hour. */
const nextEdge = (now: number): number => (Math.floor(now / HOUR) + 1) * HOUR

beforeEach(() => {
  vi.useFakeTimers({ now: START })
})

afterEach(() => {
  vi.useRealTimers()
})

/** What the watch told, as gate times; `offset` moves the clock without a timer noticing. */
function scene(edges = nextEdge) {
  const clock = { offset: 0 }
  const told: number[] = []
  const now = (): number => Date.now() + clock.offset
  const watch = new EdgeWatch({ now, nextEdge: edges, onEdge: () => told.push(now() - START) })
  return { clock, told, watch }
}

test('an edge is told when it comes, once, and the next one too', () => {
  const { told, watch } = scene()
  vi.advanceTimersByTime(2 * HOUR + 1)
  expect(told).toEqual([HOUR, 2 * HOUR])
  watch.stop()
})

test('a clock that is set forward past an edge is noticed within two seconds', () => {
  const { clock, told, watch } = scene()
  clock.offset = HOUR + 5 * 60_000
  vi.advanceTimersByTime(2_000)
  expect(told).toHaveLength(1)
  vi.advanceTimersByTime(2_000)
  expect(told).toHaveLength(1)
  watch.stop()
})

test('a clock that is set back is noticed, and its edges come again', () => {
  const { clock, told, watch } = scene()
  vi.advanceTimersByTime(HOUR + 60_000)
  clock.offset = -2 * HOUR
  vi.advanceTimersByTime(2_000)
  expect(told).toHaveLength(2)
  vi.advanceTimersByTime(HOUR)
  expect(told).toHaveLength(3)
  watch.stop()
})

test('another policy has other edges, and a stopped watch tells nothing', () => {
  let edge = START + HOUR
  const { told, watch } = scene((now) => (now < edge ? edge : Infinity))
  edge = START + 60_000
  watch.restart()
  vi.advanceTimersByTime(60_001)
  expect(told).toEqual([60_000])
  watch.stop()
  vi.advanceTimersByTime(24 * HOUR)
  expect(told).toHaveLength(1)
})
