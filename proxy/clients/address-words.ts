import { isIPv4, isIPv6 } from 'node:net'

/** An address as four 32-bit words, IPv4 in its place among IPv6 (`::ffff:0:0/96`). */
export type AddressWords = Int32Array

export const ADDRESS_WORDS = 4

/**
 * Writes the address into `into`; false, with nothing promised of `into`, for what is none. The scope of
 * a link-local address (`%eth0`) is left out: what two links make of one address, the sources tell.
 */
export function readAddressWords(text: string, into: AddressWords): boolean {
  if (isIPv4(text)) {
    writeMapped(into, octetsOf(text))
    return true
  }
  if (!isIPv6(text)) return false
  const percent = text.indexOf('%')
  readGroups(percent < 0 ? text : text.slice(0, percent), into)
  return true
}

function writeMapped(into: AddressWords, address: number): void {
  into[0] = 0
  into[1] = 0
  into[2] = 0xffff
  into[3] = address
}

/** INVARIANT: `isIPv4` holds. */
function octetsOf(text: string): number {
  let address = 0
  let octet = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === DOT) {
      address = (address << 8) | octet
      octet = 0
    } else octet = octet * 10 + code - ZERO
  }
  return (address << 8) | octet
}

const DOT = 0x2e
const ZERO = 0x30

/** INVARIANT: `isIPv6` holds, so there are eight groups or one `::`, and a tail of IPv4 at most. */
function readGroups(text: string, into: AddressWords): void {
  const gap = text.indexOf('::')
  const head = groupsOf(gap < 0 ? text : text.slice(0, gap))
  const tail = gap < 0 ? [] : groupsOf(text.slice(gap + 2))
  const zeros = new Array<number>(GROUPS - head.length - tail.length).fill(0)
  const groups = [...head, ...zeros, ...tail]
  for (let word = 0; word < ADDRESS_WORDS; word += 1)
    into[word] = ((groups[word * 2] ?? 0) << 16) | (groups[word * 2 + 1] ?? 0)
}

const GROUPS = 8

function groupsOf(text: string): readonly number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const address = octetsOf(group)
    return [address >>> 16, address & 0xffff]
  })
}
