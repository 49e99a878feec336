import { describe, expect, test } from 'vitest'
import { symbolsOf, type HashSeed } from '../../../rules/lists/name-hash.ts'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'

const SEED: HashSeed = [0x1234567, 0x89abcdef]

/** Names as lists have them: some counted, some of random letters, some deep below one domain. */
function nameNumber(n: number): string {
  const mixed = Math.imul(n, 0x9e3779b1) >>> 0
  switch (n % 4) {
    case 0:
      return `host${n}.example.com`
    case 1:
      return `${mixed.toString(36)}${n.toString(36)}.net`
    case 2:
      return `www.shop-${n.toString(2)}.co.uk`
    default:
      return `a.${n.toString(16)}.b.cdn.example.org`
  }
}

describe('hash quality', () => {
  const NAMES = 5_000_000
  const pairs = new Uint32Array(2 * NAMES)
  const hashes = new SuffixHashes(SEED)
  for (let n = 0; n < NAMES; n += 1) {
    hashes.readHost(nameNumber(n))
    pairs[2 * n] = hashes.low[hashes.count - 1] ?? 0
    pairs[2 * n + 1] = hashes.high[hashes.count - 1] ?? 0
  }

  test('5 million distinct names have 5 million distinct hashes', () => {
    expect(repeated(new BigUint64Array(pairs.buffer.slice(0)))).toBe(0)
  })

  // A half that is constant, or repeats the other, passes every other test (shared/bench/dns.md section 4).
  test.each([
    ['low', 0],
    ['high', 1],
  ])('the %s half collides as often as chance would have it', (_half, offset) => {
    const half = new Uint32Array(NAMES)
    for (let n = 0; n < NAMES; n += 1) half[n] = pairs[2 * n + offset] ?? 0
    const expected = NAMES ** 2 / 2 ** 33
    expect(Math.abs(repeated(half) - expected)).toBeLessThan(6 * Math.sqrt(expected))
  })
})

test('no two octets share a symbol but the two cases of a letter', () => {
  for (const seed of [SEED, [0, 0], [-1, 1]] as const) {
    const symbols = symbolsOf(seed)
    expect(new Set(symbols).size).toBe(symbols.length - 26)
    expect(symbols[0x41]).toBe(symbols[0x61])
  }
})

test('another seed gives another hash of the same name, in both halves', () => {
  const seeds: HashSeed[] = [SEED, [SEED[0] ^ 1, SEED[1]], [SEED[0], SEED[1] ^ 1]]
  const found = seeds.map((seed) => {
    const hashes = new SuffixHashes(seed)
    hashes.readHost('example.org')
    return [hashes.high[1], hashes.low[1]]
  })
  expect(new Set(found.map(([high]) => high)).size).toBe(3)
  expect(new Set(found.map(([, low]) => low)).size).toBe(3)
})

function repeated(values: BigUint64Array | Uint32Array): number {
  values.sort()
  let count = 0
  for (let at = 1; at < values.length; at += 1) if (values[at] === values[at - 1]) count += 1
  return count
}
