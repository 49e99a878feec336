import { expect, test } from 'vitest'
import { sha256 } from '../../../records/ledger/chain.ts'
import { newDohToken } from '../../../records/register/doh-token.ts'

test('a token is 128 random bits in small letters and digits, and its hash is the ledger’s', () => {
  const tokens = Array.from({ length: 50 }, newDohToken)
  for (const { token, tokenHash } of tokens) {
    expect(token).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/)
    expect(tokenHash).toBe(sha256(token))
  }
  expect(new Set(tokens.map(({ token }) => token)).size).toBe(50)
})
