import { expect, test } from 'vitest'
import { LEDGER_KINDS } from '../../../records/ledger/entry.ts'

test('every kind is an object and a verb, from which the ledger takes the type of the object', () => {
  for (const kind of LEDGER_KINDS) expect(kind).toMatch(/^[a-z_]+\.[a-z]+$/)
})
