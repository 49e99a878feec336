import { expect, test } from 'vitest'
import { backoffMs } from '../../../records/shipping/backoff.ts'

const CASES: readonly [says: string, failures: number, random: number, ms: number][] = [
  ['the first pause is short', 0, 0, 50],
  ['chance doubles it at most', 0, 1, 100],
  ['each failure doubles it', 3, 1, 800],
  ['it never exceeds five seconds', 10, 1, 5_000],
  ['nor after a night of failures', 20_000, 0, 2_500],
]

test.each(CASES)('%s', (_says, failures, random, ms) => {
  expect(backoffMs(failures, random)).toBe(ms)
})
