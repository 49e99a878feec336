import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { SHARED_TIMES, SharedTimes } from '../../proxy/shared-times.ts'

test('a time is where it was put, and nowhere else', () => {
  const times = new SharedTimes(SharedTimes.memory())
  expect(times.get(7n)).toBe(0n)
  times.set(7n, 100n)
  times.set(-7n, 200n)
  expect([times.get(7n), times.get(-7n), times.get(8n)]).toEqual([100n, 200n, 0n])
})

test('forward from where it was, or from the floor where that is later', () => {
  const times = new SharedTimes(SharedTimes.memory())
  expect(times.advance(1n, 50n, 10n)).toBe(60n)
  expect(times.advance(1n, 50n, 10n)).toBe(70n)
  expect(times.advance(1n, 500n, 10n)).toBe(510n)
})

test('a full table lets the oldest times go and keeps the newest', () => {
  const times = new SharedTimes(SharedTimes.memory())
  const keys = Array.from({ length: SHARED_TIMES * 2 }, (_, index) => BigInt(index * 1_000_003))
  keys.forEach((key, index) => {
    times.set(key, BigInt(index + 1))
  })
  const kept = keys.filter((key) => times.get(key) > 0n)
  expect(kept.length).toBeLessThanOrEqual(SHARED_TIMES)
  expect(times.get(keys.at(-1) ?? 0n)).toBe(BigInt(keys.length))
  for (const key of keys) expect([0n, BigInt(keys.indexOf(key) + 1)]).toContain(times.get(key))
})

test('threads that set one time forward at once lose none of it', async () => {
  const memory = SharedTimes.memory()
  const module = new URL('../../proxy/shared-times.ts', import.meta.url).href
  const code = `const { workerData } = require('node:worker_threads')
    import(${JSON.stringify(module)}).then(({ SharedTimes }) => {
      const times = new SharedTimes(workerData)
      for (let n = 0; n < 20000; n += 1) times.advance(5n, 0n, 1n)
    })`
  new SharedTimes(memory).set(5n, 0n)
  const workers = [1, 2].map(() => new Worker(code, { eval: true, workerData: memory }))
  const ended = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
  expect(await Promise.all(ended)).toEqual([0, 0])
  expect(new SharedTimes(memory).get(5n)).toBe(40_000n)
})
