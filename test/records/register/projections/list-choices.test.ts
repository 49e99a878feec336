import { expect, test } from 'vitest'
import { NO_CHOICE, rejecting } from '../../../../records/governance/list-choice.ts'
import type { LedgerEntry } from '../../../../records/ledger/entry.ts'
import { putListChoice } from '../../../../records/register/projections/list-choices.ts'
import type { RegisterDraft } from '../../../../records/register/projection.ts'
import { EMPTY_REGISTER } from '../../../../records/register/register.ts'

function put(after: object) {
  const draft = { ...EMPTY_REGISTER, listChoices: new Map() } as unknown as RegisterDraft
  const entry = { kind: 'list.put', object_id: 'games', after } as unknown as LedgerEntry
  putListChoice(draft, entry, () => undefined)
  return draft.listChoices.get('games')
}

test('what was decided on a list’s copies is what was decided last', () => {
  const choice = rejecting(NO_CHOICE, 'a'.repeat(64))
  expect(put({ ...choice })).toEqual(choice)
})

test('a copy is named by its digest and nothing else', () => {
  expect(() => put({ ...NO_CHOICE, accepted: 'the new one' })).toThrow()
  expect(() => put({ ...NO_CHOICE, why: 'x' })).toThrow()
})
