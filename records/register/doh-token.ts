import { randomBytes } from 'node:crypto'
import { encodeCrockford } from '../crockford.ts'
import { sha256 } from '../ledger/chain.ts'

/** 128 bits: nobody guesses one, and its hash needs no salt to be kept for years. */
const TOKEN_OCTETS = 16

/**
 * A new token of a device as it goes into its DoH address, and its hash for the ledger. In lower case and of letters
 * and digits alone, because it may have to be part of a host name one day.
 */
export function newDohToken(): { readonly token: string; readonly tokenHash: string } {
  const token = encodeCrockford(randomBytes(TOKEN_OCTETS)).toLowerCase()
  return { token, tokenHash: sha256(token) }
}
