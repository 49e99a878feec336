import { expect, test } from 'vitest'
import { whoOf } from '../../../records/alerts/finding.ts'

test.each([
  ['the person', 'p-1', 'phone', 'p-1'],
  ['the device of nobody known', 'unidentified', 'phone', 'phone'],
  ['the address of a device that nobody knows', 'unidentified', null, '127.0.0.1'],
])('it was %s', (_says, personRef, deviceId, who) => {
  expect(whoOf({ personRef, deviceId, ip: '127.0.0.1' })).toBe(who)
})
