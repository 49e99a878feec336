import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { dueAfter, sharedTicks, TICKS_PER_MS, WaitingRoom } from '../../../proxy/bandwidth/pacer.ts'

test('the clock is one for all threads', async () => {
  const module = new URL('../../../proxy/bandwidth/pacer.ts', import.meta.url)
  const code = `import('${module.href}').then(({ sharedTicks }) => {
    require('node:worker_threads').parentPort.postMessage(sharedTicks()())
  })`
  const before = sharedTicks()()
  const [there] = (await once(new Worker(code, { eval: true }), 'message')) as [number]
  const after = sharedTicks()()
  // Read between two readings here, give or take the rounding of a tick.
  expect((there - before) | 0).toBeGreaterThanOrEqual(-2)
  expect((after - there) | 0).toBeGreaterThanOrEqual(-2)
})

test('a tenth of a second ahead is let go, a burst of small answers is no wait', () => {
  expect(dueAfter(100 * TICKS_PER_MS)).toBe(0)
})

test('whoever waits is told once it is due, in any order, and may wait again', () => {
  vi.useFakeTimers({ now: 0 })
  const room = new WaitingRoom(() => (Date.now() * TICKS_PER_MS) | 0)
  const told: string[] = []
  const waiter = (name: string, ms: number, again = 0) => {
    const one = {
      ...{ dueAt: ms * TICKS_PER_MS, nextWaiter: null, isWaiting: false },
      due: () => {
        told.push(`${name} ${Date.now()}`)
        if (again === 0) return
        one.dueAt = again * TICKS_PER_MS
        again = 0
        room.add(one)
      },
    }
    room.add(one)
    return one
  }
  waiter('b', 40)
  const twice = waiter('a', 20, 60)
  waiter('c', 40)
  vi.advanceTimersByTime(30)
  expect([told, twice.isWaiting]).toEqual([['a 20'], true])
  vi.advanceTimersByTime(100)
  expect(told.toSorted()).toEqual(['a 20', 'a 60', 'b 40', 'c 40'])
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
