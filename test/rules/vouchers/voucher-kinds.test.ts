import { expect, test } from 'vitest'
import { deviceTypeOf, VOUCHER_KINDS, voucherTerms } from '../../../rules/vouchers/voucher-kinds.ts'

test('who comes often, for an authority, into the systems or to teach is the head’s to know of', () => {
  const heads = VOUCHER_KINDS.filter((kind) => voucherTerms(kind, undefined).needsHead)
  expect(heads).toEqual(['regular', 'multi_agency', 'supplier', 'supply_teacher', 'trainee'])
})

test('a policy says where, when and how long; role and approver it can’t', () => {
  const terms = voucherTerms('day', { zones: ['reception'], during: ['staff_day'], maxDays: 2 })
  expect(terms).toEqual({
    ...{ role: 'visitor', needsHead: false, maxDays: 2 },
    ...{ zones: ['reception'], during: ['staff_day'] },
  })
  expect(voucherTerms('day', undefined)).toMatchObject({ maxDays: 1, zones: [], during: [] })
})

test('only an agency’s device is of a type of its own', () => {
  expect(VOUCHER_KINDS.filter((kind) => deviceTypeOf(kind) !== null)).toEqual(['agency_device'])
})
