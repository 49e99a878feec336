/**
 * An address as 128 bits in four unsigned words, most significant first. IPv4 lives in
 * `::ffff:0:0/96` (RFC 4291 section 2.5.5.2), so that `127.0.0.1` and `::ffff:127.0.0.1` are the same
 * address here and no check can be walked around by the other spelling.
 */
export type Address = readonly [number, number, number, number]

const MAPPED = 0xffff
/** Longest text: eight groups, the last two written as IPv4. */
const MAX_TEXT = 45

/** Strict forms alone: four decimal parts without leading zeros, or RFC 4291 section 2.2 without a zone. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_TEXT) return undefined
  return text.includes(':') ? parseV6(text) : mapped(parseV4(text))
}

function isV4(address: Address): boolean {
  return address[0] === 0 && address[1] === 0 && address[2] === MAPPED
}

/** The one spelling of an address that decisions, pool keys and `Host` fields use: RFC 5952, IPv4 dotted. */
export function formatAddress(address: Address): string {
  if (isV4(address)) return dotted(address[3])
  const groups = address.flatMap((word) => [word >>> 16, word & 0xffff])
  const { start, length } = longestZeroRun(groups)
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  if (length < 2) return hex(groups)
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

function dotted(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (let at = 0; at <= groups.length; at += 1) {
    if (groups[at] === 0) continue
    if (at - start > best.length) best = { start, length: at - start }
    start = at + 1
  }
  return best
}

function mapped(word: number | undefined): Address | undefined {
  return word === undefined ? undefined : [0, 0, MAPPED, word]
}

function parseV4(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let word = 0
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    word = word * 256 + Number(part)
  }
  return word
}

function parseV6(text: string): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = readGroups(halves[0] ?? '', halves.length === 1)
  const tail = readGroups(halves[1] ?? '', true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  // `::` stands for one group or more.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const word = (at: number): number => ((groups[at] ?? 0) * 0x10000 + (groups[at + 1] ?? 0)) >>> 0
  return [word(0), word(2), word(4), word(6)]
}

/** `mayEndV4`: only the last part of the whole text may be dotted. */
function readGroups(text: string, mayEndV4: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16))
      continue
    }
    const v4 = mayEndV4 && at === parts.length - 1 ? parseV4(part) : undefined
    if (v4 === undefined) return undefined
    groups.push(v4 >>> 16, v4 & 0xffff)
  }
  return groups
}

/** In network order. */
export function octetsOf(address: Address): Uint8Array {
  return Uint8Array.from(
    address.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]),
  )
}

/** A range of addresses. IPv4 prefixes count from the start of the mapped range. */
export interface Range {
  readonly network: Address
  readonly prefix: number
}

/** `10.0.0.0/8`, `fc00::/7` or a single address. Host bits that are set make it a mistake, hence undefined. */
export function parseRange(text: string): Range | undefined {
  const slash = text.indexOf('/')
  const network = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (network === undefined) return undefined
  const dottedForm = !text.includes(':')
  const width = dottedForm ? 32 : 128
  const digits = slash < 0 ? String(width) : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(digits) || Number(digits) > width) return undefined
  const range = { network, prefix: Number(digits) + (dottedForm ? 96 : 0) }
  return network.every((word, at) => (word & ~maskOf(range.prefix, at)) === 0) ? range : undefined
}

export function isWithin(address: Address, range: Range): boolean {
  for (let at = 0; at < 4; at += 1) {
    const different = (address[at as 0] ^ range.network[at as 0]) & maskOf(range.prefix, at)
    if (different !== 0) return false
  }
  return true
}

/** The part of a `prefix`-bit mask that falls into word `at`. */
function maskOf(prefix: number, at: number): number {
  const bits = Math.min(32, Math.max(0, prefix - at * 32))
  // A shift by 32 is a shift by 0 in JavaScript.
  return bits === 0 ? 0 : -1 << (32 - bits)
}
