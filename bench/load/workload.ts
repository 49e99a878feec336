import { writeFileSync } from 'node:fs'

/** The same names for gate and peer, and in every run: a figure can be made again. */
const SEED = 20_261_125

export const BLOCKED_NAMES = 1_000_000
const ALLOWED_NAMES = 10_000
const QUERIES = 100_000
/** One query in ten is refused, as in the peers' published figures (shared/bench/dns.md). */
const BLOCKED_SHARE = 0.1
/** Popularity of names in resolver traffic: some are asked all the time, most hardly ever. */
const ZIPF_EXPONENT = 0.9

export const blockedName = (index: number) => `host-${index}.blocked-${index % 977}.example`
export const allowedName = (index: number) => `www.site-${index}.example`

/** Deterministic numbers in [0, 1) (mulberry32). */
export function seededRandom(): () => number {
  let state = SEED
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Writes the blocked names, one a line between `before` and `after`: the list as a peer wants it. */
export function writeBlockedNames(path: string, before = '', after = ''): void {
  const lines = Array.from(
    { length: BLOCKED_NAMES },
    (_, index) => `${before}${blockedName(index)}${after}\n`,
  )
  writeFileSync(path, lines.join(''))
}

/** Input for dnsperf: Zipf over the allowed names, one in ten blocked. */
export function writeQueries(path: string): void {
  const random = seededRandom()
  const pick = zipf(ALLOWED_NAMES, random)
  const lines = Array.from({ length: QUERIES }, () =>
    random() < BLOCKED_SHARE
      ? `${blockedName(Math.floor(random() * BLOCKED_NAMES))} A\n`
      : `${allowedName(pick())} A\n`,
  )
  writeFileSync(path, lines.join(''))
}

/** Every allowed name once, so that both caches are warm before anything is timed. */
export function writeWarmUp(path: string): void {
  writeFileSync(
    path,
    Array.from({ length: ALLOWED_NAMES }, (_, index) => `${allowedName(index)} A\n`).join(''),
  )
}

function zipf(size: number, random: () => number): () => number {
  const cumulative = new Float64Array(size)
  let sum = 0
  for (let rank = 0; rank < size; rank += 1) {
    sum += 1 / (rank + 1) ** ZIPF_EXPONENT
    cumulative[rank] = sum
  }
  return () => {
    const wanted = random() * sum
    let low = 0
    let high = size - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((cumulative[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
