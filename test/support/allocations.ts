import { expect } from 'vitest'

/** Expects that some run of `work` stays within `bytesPerCall`; the minimum, because GC noise only adds. */
export function expectAllocatesAtMost(bytesPerCall: number, calls: number, work: () => void): void {
  let least = Number.POSITIVE_INFINITY
  for (let trial = 0; trial < 20 && least > bytesPerCall; trial += 1) {
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < calls; i += 1) work()
    const grown = process.memoryUsage().heapUsed - before
    // A collection in between shrinks the heap, which proves nothing of `work`.
    if (grown >= 0) least = Math.min(least, grown / calls)
  }
  expect(least, 'bytes allocated per call').toBeLessThanOrEqual(bytesPerCall)
}
