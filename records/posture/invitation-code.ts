import { randomBytes } from 'node:crypto'
import { encodeCrockford } from '../crockford.ts'
import { sha256 } from '../ledger/chain.ts'

/** 80 bits: the hash of a code is in the ledger for years, and must not be worked back while it is good. */
const CODE_OCTETS = 10
const CODE_LETTERS = 16

/** What is typed on a phone at the door; 60 bits, and it is good for one device. */
const SHORT_LETTERS = 12

/** A one-time code as it is told to a person, in groups of four, and its hash for the ledger. */
export interface OneTimeCode {
  readonly code: string
  readonly codeHash: string
}

export function newInvitationCode(): OneTimeCode {
  return codeOf(encodeCrockford(randomBytes(CODE_OCTETS)))
}

/** The same for vouchers and registrations. */
export function newShortCode(): OneTimeCode {
  return codeOf(encodeCrockford(randomBytes(CODE_OCTETS)).slice(0, SHORT_LETTERS))
}

function codeOf(letters: string): OneTimeCode {
  return { code: letters.replaceAll(/(.{4})(?=.)/g, '$1-'), codeHash: sha256(letters) }
}

/** The hash of a code as somebody typed it; null for what can be no code. */
export function hashOfCode(typed: string): string | null {
  if (typed.length > 64) return null
  const letters = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    // Crockford's base 32 has none of these; people read and type them all the same.
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  const isLong = letters.length === CODE_LETTERS || letters.length === SHORT_LETTERS
  const isCode = isLong && /^[0-9A-HJKMNP-TV-Z]+$/.test(letters)
  return isCode ? sha256(letters) : null
}
