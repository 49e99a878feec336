import { expect, test } from 'vitest'
import {
  duidOfClientId,
  macOfDuid,
  readDuid,
} from '../../../../../proxy/clients/sources/leases/duid.ts'

const LLT = '00:01:00:01:32:99:a0:e7:00:1b:63:00:00:22'

test.each([
  ['colons', LLT, '000100013299a0e7001b63000022'],
  ['dashes, as Windows writes it', '00-03-00-01-00-1B-63-00-00-21', '00030001001b63000021'],
  ['digits alone', '00030001001b63000021', '00030001001b63000021'],
  ['too short to be one', '00:01', null],
  ['half an octet', '00030001001b6300002', null],
  ['a name', 'laptop', null],
  ['too long', '00'.repeat(400), null],
  ['nothing', '*', null],
])('a DUID is read from %s', (_name, text, duid) => {
  expect(readDuid(text)).toBe(duid)
})

test('an IPv4 client that names itself as over IPv6 tells its DUID', () => {
  expect(duidOfClientId(`ff:63:00:00:22:${LLT}`)).toBe(readDuid(LLT))
  expect(duidOfClientId('01:00:1b:63:00:00:21')).toBeNull()
  expect(duidOfClientId('ff:63:00:00:22')).toBeNull()
})

test('a DUID that was made of hardware tells it, any other does not', () => {
  expect(macOfDuid(readDuid(LLT) ?? '')).toBe('00:1b:63:00:00:22')
  expect(macOfDuid('00030001001b63000021')).toBe('00:1b:63:00:00:21')
  expect(macOfDuid('00020000ab11deadbeef')).toBeNull()
  expect(macOfDuid('00030006001b63000021')).toBeNull()
})
