import { HEADER_OCTETS, MAX_POINTERS, MAX_WIRE_NAME_OCTETS } from './numbers.ts'

/** ASCII lower case octet by octet; DNS compares no other letters without case (RFC 4343 section 3). */
export const LOWER: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
)

/** Octets of the uncompressed name at `at`, the root octet included. The caller knows it is well formed. */
export function wireNameLength(bytes: Uint8Array, at: number): number {
  let end = at
  for (;;) {
    const label = bytes[end] ?? 0
    if (label === 0) return end + 1 - at
    end += label + 1
  }
}

/** Equal without regard to case; length octets are below 64 and so untouched by `LOWER`. */
export function sameName(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean {
  const length = wireNameLength(a, atA)
  for (let i = 0; i < length; i += 1) {
    if (LOWER[a[atA + i] ?? 0] !== LOWER[b[atB + i] ?? 0]) return false
  }
  return true
}

/** The offset after the possibly compressed name at `at`, or -1 when it is malformed or runs past `end`. */
export function skipName(bytes: Uint8Array, at: number, end: number): number {
  let position = at
  while (position < end) {
    const label = bytes[position] ?? 0
    if (label === 0) return position + 1
    if (label >= 0xc0) return position + 2 <= end ? position + 2 : -1
    if (label > 63) return -1
    position += label + 1
    if (position - at >= MAX_WIRE_NAME_OCTETS) return -1
  }
  return -1
}

/**
 * Writes the name at `at` uncompressed to `into[to..]` and gives its octets, or -1. A pointer may only
 * go back before the labels it continues (RFC 1035 section 4.1.4 says "prior"), which rules out circles;
 * nor may it go into the header, whose id we rewrite: the name judged would not be the name read.
 */
export function expandName(bytes: Uint8Array, at: number, into: Uint8Array, to: number): number {
  let position = at
  let segment = at
  let written = 0
  for (let pointers = 0; pointers <= MAX_POINTERS;) {
    const label = bytes[position] ?? 0
    if (label < 0xc0) {
      const octets = copyLabel(bytes, position, into, to + written)
      written += octets
      if (octets < 0 || written > MAX_WIRE_NAME_OCTETS) return -1
      if (octets === 1) return written
      position += octets
    } else {
      const target = ((label & 0x3f) << 8) | (bytes[position + 1] ?? 0)
      if (target >= segment || target < HEADER_OCTETS) return -1
      position = target
      segment = target
      pointers += 1
    }
  }
  return -1
}

/** Octets of the label with its length octet, 1 for the root; -1 when it is malformed or does not fit. */
function copyLabel(bytes: Uint8Array, at: number, into: Uint8Array, to: number): number {
  const octets = (bytes[at] ?? 64) + 1
  if (octets > 64 || at + octets > bytes.length || to + octets > into.length) return -1
  for (let i = 0; i < octets; i += 1) into[to + i] = bytes[at + i] ?? 0
  return octets
}

/** The wire form of a host name in A-labels; the caller has parsed it, so it fits. */
export function wireNameOf(host: string): Uint8Array {
  const labels = host === '' ? [] : host.split('.')
  const bytes = new Uint8Array(labels.reduce((sum, label) => sum + label.length + 1, 1))
  let at = 0
  for (const label of labels) {
    bytes[at] = label.length
    for (let i = 0; i < label.length; i += 1) bytes[at + 1 + i] = label.charCodeAt(i)
    at += label.length + 1
  }
  return bytes
}
