/** Below a country's own ending these are no domains of somebody, but endings themselves (`co.uk`, `com.au`). */
const SECOND_LEVEL = [
  ...['co', 'com', 'org', 'net', 'ac', 'gov', 'edu', 'sch', 'ltd', 'plc', 'me', 'nhs', 'police'],
  ...['mod', 'or', 'ne', 'go', 'gob', 'gouv', 'mil', 'info'],
]

const LONGEST_SECOND_LEVEL = 6
const A = 0x41
const Z = 0x5a
const LOWER = 0x20

/** The letter as names compare it (RFC 4343). */
export function lowerCase(octet: number): number {
  return octet >= A && octet <= Z ? octet | LOWER : octet
}

/** As many as labels of a name (RFC 1035 section 2.3.4). */
const MAX_LABELS = 128

/**
 * Where a wire name's own part ends and the domain that somebody registered begins. By rule of thumb and not by the
 * public suffix list, because it is asked for each look-up and must allocate nothing; one object a thread.
 */
export class NameParts {
  /** Where the domain's first label begins. */
  domainAt = 0
  /** Behind the root's octet. */
  end = 0
  readonly #labels = new Int32Array(MAX_LABELS)

  /** False for a name that has nothing before its domain. */
  read(bytes: Uint8Array, offset: number): boolean {
    let count = 0
    let at = offset
    for (let length = bytes[at] ?? 0; length !== 0; length = bytes[at] ?? 0) {
      if (count >= MAX_LABELS || length > 63) return false
      this.#labels[count] = at
      count += 1
      at += length + 1
    }
    this.end = at + 1
    const own = count - (count > 2 && this.#isSecondLevel(bytes, count) ? 3 : 2)
    if (own <= 0) return false
    this.domainAt = this.#labels[own] ?? 0
    return true
  }

  #isSecondLevel(bytes: Uint8Array, count: number): boolean {
    const top = this.#labels[count - 1] ?? 0
    const second = this.#labels[count - 2] ?? 0
    const length = bytes[second] ?? 0
    if (bytes[top] !== 2 || length > LONGEST_SECOND_LEVEL) return false
    return HASHES.has(hashOf(bytes, second + 1, length))
  }
}

function hashOf(bytes: Uint8Array, from: number, length: number): number {
  let hash = length
  for (let at = from; at < from + length; at += 1)
    hash = (Math.imul(hash, 31) + lowerCase(bytes[at] ?? 0)) | 0
  return hash
}

/** Of words this short no two have the same; a test holds it. */
const HASHES: ReadonlySet<number> = new Set(
  SECOND_LEVEL.map((word) => hashOf(new TextEncoder().encode(word), 0, word.length)),
)
