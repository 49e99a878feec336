import { MAX_LABEL_OCTETS, MAX_NAME_OCTETS } from '../names/hostname.ts'

const OTHER = 0
const ALPHA = 1
const DIGIT = 2
const HYPHEN = 3
const DOT = 4

const KINDS: Uint8Array = (() => {
  const kinds = new Uint8Array(256)
  kinds.fill(ALPHA, 0x41, 0x5b).fill(ALPHA, 0x61, 0x7b)
  kinds.fill(DIGIT, 0x30, 0x3a)
  kinds[0x5f] = ALPHA
  kinds[0x2d] = HYPHEN
  kinds[0x2e] = DOT
  return kinds
})()

/**
 * Whether `bytes[start..end)` is what `parseHostname` accepts, ASCII, of at least two labels, without
 * the root dot, the last label beginning with a letter (so that it is no address). Lines of lists that
 * are this need no further look; false says only that the slow way must decide.
 */
export function isCleanName(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > MAX_NAME_OCTETS) return false
  let labelStart = start
  let before = DOT
  for (let at = start; at < end; at += 1) {
    const kind = kindOf(bytes[at])
    if (kind === OTHER) return false
    if (kind === DOT) {
      if (!endsLabel(before, at - labelStart)) return false
      labelStart = at + 1
    } else if (kind === HYPHEN && before === DOT) return false
    before = kind
  }
  if (labelStart === start || !endsLabel(before, end - labelStart)) return false
  return kindOf(bytes[labelStart]) === ALPHA
}

function kindOf(octet: number | undefined): number {
  return KINDS[octet ?? 0] ?? OTHER
}

function endsLabel(before: number, octets: number): boolean {
  return before !== DOT && before !== HYPHEN && octets <= MAX_LABEL_OCTETS
}
