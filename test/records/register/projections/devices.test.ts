import { expect, test } from 'vitest'
import { PHONE } from '../../ledger/sample-ledger.ts'
import { registerOf } from '../sample-entry.ts'

const put = { kind: 'device.put', object_id: 'staff-phone', after: { ...PHONE } }

test('a device is as it was put last, and gone when removed', () => {
  const lost = { ...put, after: { ...PHONE, state: 'lost' } }
  expect(registerOf([put, lost]).devices.get('staff-phone')?.state).toBe('lost')
  const remove = { ...put, kind: 'device.remove', before: { ...PHONE }, after: null }
  expect(registerOf([put, remove]).devices.size).toBe(0)
  expect(registerOf([put, remove, put]).devices.get('staff-phone')).toEqual(PHONE)
})

test('facts that no device has stop the reading', () => {
  const bad = { ...put, after: { ...PHONE, octet: 'seven' } }
  expect(() => registerOf([bad])).toThrow(
    'ledger entry 1 (device.put `staff-phone`) holds no usable',
  )
})
