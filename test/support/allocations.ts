import { expect } from 'vitest'

/**
 * V8 optimises beside the program, and only optimised code allocates nothing for a double; on a busy
 * machine that takes a while. Code that allocates by itself still fails when the time is over.
 */
const PATIENCE_MS = 5_000

/** Expects that some run of `work` stays within `bytesPerCall`; the minimum, because GC noise only adds. */
export function expectAllocatesAtMost(bytesPerCall: number, calls: number, work: () => void): void {
  const deadline = performance.now() + PATIENCE_MS
  let least = Number.POSITIVE_INFINITY
  while (least > bytesPerCall && performance.now() < deadline) {
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < calls; i += 1) work()
    const grown = process.memoryUsage().heapUsed - before
    // A collection in between shrinks the heap, which proves nothing of `work`.
    if (grown >= 0) least = Math.min(least, grown / calls)
  }
  expect(least, 'bytes allocated per call').toBeLessThanOrEqual(bytesPerCall)
}
