import { parseAddress } from './ip-address.ts'

const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39

/**
 * Reads an address (without brackets) into four words, most significant first; IPv4 is in
 * `::ffff:0:0/96`. The words are signed, because those are numbers that V8 boxes nowhere. False when the text is none. A host name is told by its last character, and an IPv4
 * address is read without allocating: the hot path asks this of every host.
 */
export function readAddress(text: string, into: Int32Array): boolean {
  if (text.includes(':')) return readV6(text, into)
  const last = text.charCodeAt(text.length - 1)
  return last >= ZERO && last <= NINE && readV4(text, into)
}

function readV4(text: string, into: Int32Array): boolean {
  let word = 0
  let part = 0
  let digits = 0
  let parts = 0
  for (let at = 0; at <= text.length; at += 1) {
    const code = at === text.length ? DOT : text.charCodeAt(at)
    if (code === DOT) {
      if (digits === 0 || part > 255) return false
      word = (word << 8) | part
      parts += 1
      part = 0
      digits = 0
    } else {
      // A leading zero would be octal to some readers.
      if (code < ZERO || code > NINE || digits === 3 || (digits > 0 && part === 0)) return false
      part = part * 10 + code - ZERO
      digits += 1
    }
  }
  return parts === 4 && putV4(into, word)
}

function putV4(into: Int32Array, word: number): true {
  into[0] = 0
  into[1] = 0
  into[2] = 0xffff
  into[3] = word
  return true
}

/** Rare in URLs, so that the plain way will do. */
function readV6(text: string, into: Int32Array): boolean {
  const address = parseAddress(text)
  if (address === undefined) return false
  into.set(address)
  return true
}

/** The address in a DNS record's data, of 4 or 16 octets, as `readAddress` gives it. */
export function readAddressOctets(
  bytes: Uint8Array,
  at: number,
  octets: number,
  into: Int32Array,
): boolean {
  if (octets === 4) return putV4(into, wordAt(bytes, at))
  if (octets !== 16) return false
  for (let word = 0; word < 4; word += 1) into[word] = wordAt(bytes, at + 4 * word)
  return true
}

function wordAt(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16)
  return high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
}

const NAT64_HIGH = 0x0064_ff9b

/** RFC 6052: `64:ff9b::/96` is IPv4 behind a translator, and judged as that address. */
export function seeThroughNat64(address: Int32Array): void {
  if (address[0] === NAT64_HIGH && address[1] === 0 && address[2] === 0) {
    address[0] = 0
    address[2] = 0xffff
  }
}
