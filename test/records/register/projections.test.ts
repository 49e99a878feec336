import { expect, test } from 'vitest'
import { LEDGER_KINDS } from '../../../records/ledger/entry.ts'
import { PROJECTIONS } from '../../../records/register/projections.ts'

test('the table has only kinds that somebody can append', () => {
  const known: readonly string[] = LEDGER_KINDS
  expect([...PROJECTIONS.keys()].filter((kind) => !known.includes(kind))).toEqual([])
})
