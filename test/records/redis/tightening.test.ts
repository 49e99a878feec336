import { expect, test } from 'vitest'
import { isUrgentTightening } from '../../../records/redis/tightening.ts'

test.each([
  ['a lost device', { kind: 'device.put', after: { state: 'lost' } }, true],
  ['a revoked device', { kind: 'device.put', after: { state: 'revoked' } }, true],
  ['a suspended device', { kind: 'device.put', after: { state: 'suspended' } }, true],
  ['an emergency block', { kind: 'emergency.block', after: { hosts: ['a.example'] } }, true],
  ['a grant taken back', { kind: 'grant.revoke', after: null }, true],
  ['a voucher taken back', { kind: 'voucher.revoke', after: null }, true],
  ['a lesson that ended early', { kind: 'lesson.end', after: null }, true],
  ['a pack taken away', { kind: 'pack.remove', after: null }, true],
  ['a grant given', { kind: 'grant.put', after: {} }, false],
  ['a site emergency', { kind: 'site_emergency.put', after: {} }, true],
  ['the end of a site emergency', { kind: 'site_emergency.end', after: null }, false],
  ['a legal hold', { kind: 'hold.put', after: {} }, true],
  ['a released legal hold', { kind: 'hold.release', after: null }, false],
  ['a lifted block', { kind: 'emergency.lift', after: null }, false],
  ['an approved device', { kind: 'device.put', after: { state: 'approved' } }, false],
  ['a removed device', { kind: 'device.remove', after: null }, false],
  ['a policy', { kind: 'policy.put', after: { document: 'x', name: 'policy.yaml' } }, false],
])('%s: does it go on without Redis? %s', (_what, change, answer) => {
  expect(isUrgentTightening({ direction: 'neutral', ...change })).toBe(answer)
})

test('a device that a change loosens waits, whatever its state', () => {
  const change = { kind: 'device.put', after: { state: 'lost' }, direction: 'loosen' as const }
  expect(isUrgentTightening(change)).toBe(false)
})

test.each([
  ['a site is closed at once', { kind: 'site.put', after: { action: 'block' } }, true],
  ['one that is opened waits', { kind: 'site.put', after: { action: 'allow' } }, false],
  ['so does an allowed site taken away', { kind: 'site.remove', after: null }, false],
])('%s without Redis', (_what, change, answer) => {
  expect(isUrgentTightening({ direction: 'tighten', ...change })).toBe(answer)
})

test.each([
  ['a block that takes the place of another', { kind: 'site.put', after: { action: 'block' } }],
  ['the end of a lesson that opens the web again', { kind: 'lesson.end', after: null }],
])('%s loosens, and waits', (_what, change) => {
  expect(isUrgentTightening({ direction: 'loosen', ...change })).toBe(false)
})

test('a block of fewer hosts opens the others, and waits', () => {
  const fewer = { kind: 'emergency.block', after: { hosts: [] }, direction: 'loosen' as const }
  expect(isUrgentTightening(fewer)).toBe(false)
})
