/**
 * The 64-bit hash of a host name, as two 32-bit lanes, fed from the right: `www.example.org` is read
 * as `gro` SEPARATOR `elpmaxe` SEPARATOR `www` SEPARATOR, so that one pass yields the hash of every
 * parent domain on the way:
 *
 *     gro . elpmaxe . www .
 *         ^         ^     ^
 *         org       |     www.example.org
 *                   example.org
 *
 * An octet is first replaced by a secret 32-bit symbol that depends on the seed, so nobody outside can
 * work out two names that collide; upper and lower case share a symbol, which makes folding free. A
 * separator is a symbol of its own: a dot inside a wire label is not a label boundary.
 *
 * Why not the names themselves: they cost 15 octets more each and 50-80 % more time per look-up, to
 * avoid one false match in 10^12 distinct names (shared/bench/dns.md section 4).
 */

/** Two secret 32-bit numbers; images and scratches that work together are made from the same two. */
export type HashSeed = readonly [high: number, low: number]

/** Follows every label. */
export const SEPARATOR = 256
/** Ends a URL prefix, so that a URL and a name never feed the same symbols. */
export const URL_END = 257
const SYMBOLS = 258

const GOLDEN = 0x9e3779b1 | 0

/** The symbol of each octet and marker; distinct by construction, for `mix` is a bijection. */
export function symbolsOf(seed: HashSeed): Int32Array {
  const symbols = new Int32Array(SYMBOLS)
  const key = mix((seed[0] | 0) ^ mix((seed[1] | 0) ^ GOLDEN))
  for (let code = 0; code < SYMBOLS; code += 1) {
    const isUpper = code >= 0x41 && code <= 0x5a
    symbols[code] = mix((Math.imul(isUpper ? code | 0x20 : code, GOLDEN) + key) | 0)
  }
  return symbols
}

export function feedHigh(high: number, symbol: number): number {
  return Math.imul(((high << 13) | (high >>> 19)) ^ symbol, 0x01000193)
}

/** Adds where the high lane xors and turns by another step, so that the lanes collide independently. */
export function feedLow(low: number, symbol: number): number {
  return Math.imul((((low << 5) | (low >>> 27)) + symbol) | 0, 0x85ebca6b | 0)
}

export function finishHigh(high: number, low: number): number {
  const x = high ^ (low >>> 15)
  const y = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  const z = Math.imul(y ^ (y >>> 15), 0x846ca68b | 0)
  return z ^ (z >>> 16)
}

/** Never 0, because a table marks an empty slot by a low half of 0. */
export function finishLow(high: number, low: number): number {
  const x = low ^ (high >>> 13)
  const y = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
  const z = Math.imul(y ^ (y >>> 12), 0x297a2d39)
  const mixed = z ^ (z >>> 15)
  return mixed === 0 ? 1 : mixed
}

function mix(value: number): number {
  const y = Math.imul(value ^ (value >>> 16), 0x7feb352d)
  const z = Math.imul(y ^ (y >>> 15), 0x846ca68b | 0)
  return z ^ (z >>> 16)
}
