import { expect, test } from 'vitest'
import {
  issueDohToken,
  revokeDohToken,
} from '../../../../records/register/projections/doh-tokens.ts'
import { draftOf, EMPTY_REGISTER } from '../../../../records/register/register.ts'
import type { LedgerEntry } from '../../../../records/ledger/entry.ts'

const TOKEN = { device: 'laptop', tokenHash: 'a'.repeat(64) }

const entryOf = (kind: string, after: object | null) =>
  ({ seq: 1, kind, object_id: 't7', after }) as unknown as LedgerEntry
const textOf = () => undefined

test('a token is there from its issue to its revocation', () => {
  const draft = draftOf(EMPTY_REGISTER)
  issueDohToken(draft, entryOf('doh_token.issue', TOKEN), textOf)
  expect([...draft.dohTokens]).toEqual([['t7', TOKEN]])
  revokeDohToken(draft, entryOf('doh_token.revoke', null), textOf)
  expect([...draft.dohTokens]).toEqual([])
})

test('a token in the clear stops the fold with its entry named', () => {
  const clear = entryOf('doh_token.issue', { device: 'laptop', tokenHash: 'the token itself' })
  expect(() => {
    issueDohToken(draftOf(EMPTY_REGISTER), clear, textOf)
  }).toThrow('ledger entry 1')
})
