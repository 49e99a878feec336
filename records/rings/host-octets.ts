/** Longest name on the wire is 255 octets (RFC 1035 section 2.3.4); each may need `\DDD`. */
export const MAX_HOST_OCTETS = 1_020

/**
 * Writes the name at `name[offset..]` (uncompressed wire form) as lower-case dotted text to
 * `out[at..]` and returns its length, or -1 for bytes that are no such name. Odd octets become `\DDD`
 * (RFC 1035 section 5.1), so that a dot inside a label cannot pass for one between labels. The caller
 * guarantees `MAX_HOST_OCTETS` of room. Allocates nothing.
 */
export function writeWireHost(
  out: Uint8Array,
  at: number,
  name: Uint8Array,
  offset: number,
): number {
  let to = at
  let from = offset
  for (;;) {
    const label = name[from] ?? MAX_LABEL + 1
    if (label === 0) break
    // Compressed names (RFC 1035 section 4.1.4) do not come here: the parser has expanded them.
    if (label > MAX_LABEL || from + label + 1 >= name.length) return -1
    if (from + label + 2 - offset > MAX_WIRE_OCTETS) return -1
    if (to > at) out[to++] = DOT
    for (let i = from + 1; i <= from + label; i += 1) to = writeOctet(out, to, name[i] ?? 0)
    from += label + 1
  }
  // The root has no labels; an empty host would read as "unknown" in the journal.
  if (to === at) out[to++] = DOT
  return to - at
}

const MAX_LABEL = 63
const MAX_WIRE_OCTETS = 255

/**
 * As `writeWireHost` for a host name or address as text: lower case, without the root's dot, so that
 * look-up and connection fold together. -1 for an empty or overlong one.
 */
export function writeTextHost(out: Uint8Array, at: number, host: string): number {
  const length = host.length > 1 && host.endsWith('.') ? host.length - 1 : host.length
  if (length === 0 || length > MAX_WIRE_OCTETS) return -1
  for (let i = 0; i < length; i += 1) out[at + i] = textOctet(host.charCodeAt(i))
  return length
}

/** Hosts are A-labels before they are judged, so other letters are an attacker's: one mark for all. */
function textOctet(code: number): number {
  if (code >= UPPER_A && code <= UPPER_Z) return code + CASE
  return code > SPACE && code < DELETE ? code : QUESTION_MARK
}

function writeOctet(out: Uint8Array, at: number, octet: number): number {
  if (octet >= UPPER_A && octet <= UPPER_Z) out[at] = octet + CASE
  else if (octet > SPACE && octet < DELETE && octet !== DOT && octet !== BACKSLASH) out[at] = octet
  else {
    out[at] = BACKSLASH
    out[at + 1] = ZERO + ((octet / 100) | 0)
    out[at + 2] = ZERO + (((octet / 10) | 0) % 10)
    out[at + 3] = ZERO + (octet % 10)
    return at + 4
  }
  return at + 1
}

const SPACE = 0x20
const DOT = 0x2e
const ZERO = 0x30
const QUESTION_MARK = 0x3f
const UPPER_A = 0x41
const UPPER_Z = 0x5a
const BACKSLASH = 0x5c
const DELETE = 0x7f
const CASE = 0x20
