const FIRST_MS = 100
/** A Redis that is back is noticed within this; more often would be noise in its log. */
const LONGEST_MS = 5_000

/**
 * How long to wait after so many failures in a row: doubling, and between half and the whole of it by
 * chance, so that a site's gates don't come back to a fresh Redis all at once. `random` is in [0, 1).
 */
export function backoffMs(failures: number, random: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16))
  return whole * (0.5 + random / 2)
}
