import { expect, test } from 'vitest'
import { hashOfCode } from '../../../records/posture/invitation-code.ts'
import {
  isName,
  issueVoucher,
  type VoucherRequest,
} from '../../../records/registration/issue-voucher.ts'
import { EMPTY_REGISTER } from '../../../records/register/register.ts'

const REQUEST: VoucherRequest = {
  ...{ type: 'day', name: 'Vera Visitor', person: null, host: 'p-1', zones: ['reception'] },
  ...{ from: '2026-11-24T08:00:00Z', to: '2026-11-24T16:00:00Z', organisation: null },
  ...{ purpose: 'to mend the roof', assessment: null, idChecked: true },
}

test('somebody new comes with a name beside the ledger, and the ledger has no word of it', () => {
  const { id, code, change } = issueVoucher(REQUEST, { ...EMPTY_REGISTER, headSeq: 41 })
  expect(id).toBe('v42')
  expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/)
  const [person, voucher] = change.edits
  expect(person).toMatchObject({ kind: 'person.put', objectId: 'visitor-42' })
  expect(voucher?.after).toMatchObject({
    ...{ person: 'visitor-42', codeHash: hashOfCode(code), idChecked: true },
  })
  expect(JSON.stringify(change.edits)).not.toContain('Vera')
  expect(change.people?.[0]).toMatchObject(['visitor-42', { name: 'Vera Visitor' }])
})

test('whom the school knows brings no second entry', () => {
  const { change } = issueVoucher({ ...REQUEST, name: null, person: 'p-9' }, EMPTY_REGISTER)
  expect(change.edits.map(({ kind }) => kind)).toEqual(['voucher.put'])
  expect(change.people).toBeUndefined()
})

test('a name has letters, and not too many', () => {
  expect(['Vera', ' ', '', 'x'.repeat(201)].map(isName)).toEqual([true, false, false, false])
})
