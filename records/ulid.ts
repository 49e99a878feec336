import { randomFillSync } from 'node:crypto'
import { encodeCrockford, encodeCrockfordNumber } from './crockford.ts'

/** Makes ids that sort as they were made: 48 bits of `at` (epoch ms), then 80 bits (github.com/ulid/spec). */
export type UlidSource = (at: number) => string

const TIME_LETTERS = 10
const RANDOM_OCTETS = 10

/**
 * A monotonic source: within one millisecond, or when the clock steps back, the random part counts
 * on, so that no id sorts before an earlier one. `fill` is handed in by tests.
 */
export function createUlidSource(
  fill: (bytes: Uint8Array) => void = (bytes) => randomFillSync(bytes),
): UlidSource {
  const random = new Uint8Array(RANDOM_OCTETS)
  let last = -1
  return (at) => {
    if (at > last) {
      last = at
      fill(random)
    } else if (!increment(random)) {
      // 2^80 ids in a millisecond: the spec fails here, we borrow the next millisecond.
      last += 1
    }
    return encodeCrockfordNumber(last, TIME_LETTERS) + encodeCrockford(random)
  }
}

/** Adds one to a big-endian number; false when it wrapped to zero. */
function increment(bytes: Uint8Array): boolean {
  for (let i = bytes.length - 1; i >= 0; i -= 1) {
    const next = ((bytes[i] ?? 0) + 1) & 0xff
    bytes[i] = next
    if (next !== 0) return true
  }
  return false
}
