import { expect, test } from 'vitest'
import { momentBefore, type WaitSample } from './thread-wait.ts'

/** One each 10 ms; of each: how long it had run, and waited, by then. */
function samples(
  rows: readonly (readonly [ran: number, waited: number])[],
  isReady = false,
): readonly WaitSample[] {
  return rows.map(([ran, waited], index) => ({ at: index * 10, ran, waited, isReady }))
}

test('a thread that waits for nothing is asked of for the time itself', () => {
  const idle = samples(Array.from({ length: 11 }, () => [5, 0] as const))
  expect(momentBefore(idle, 50)).toBe(50)
  expect(momentBefore(idle, 200)).toBe(-Infinity)
  expect(momentBefore([], 50)).toBe(-Infinity)
})

test('what it has waited for a core is not its own', () => {
  const rows = [0, 0, 0, 0, 0, 0, 0, 0, 30, 30, 30].map((waited) => [5, waited] as const)
  expect(momentBefore(samples(rows), 50)).toBe(20)
})

test('nor is a wait that lasts, which the account does not have yet', () => {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 7].map((ran) => [ran, 0] as const)
  // It is ready and has not run since 70 ms: 30 ms of waiting.
  expect(momentBefore(samples(rows, true), 50)).toBe(20)
  expect(momentBefore(samples(rows), 50)).toBe(50)
})
