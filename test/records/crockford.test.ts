import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeCrockford, encodeCrockfordNumber } from '../../records/crockford.ts'

test('five octets are eight letters, without I, L, O and U', () => {
  expect(encodeCrockford(Uint8Array.of(0, 0, 0, 0, 0))).toBe('00000000')
  expect(encodeCrockford(Uint8Array.of(255, 255, 255, 255, 255))).toBe('ZZZZZZZZ')
  expect(encodeCrockford(Uint8Array.of(0x00, 0x44, 0x32, 0x14, 0xc7))).toBe('01234567')
})

test('a rest of bits fills its letter with zeros', () => {
  expect(encodeCrockford(Uint8Array.of(0xff))).toBe('ZW')
})

test('octets and the number that they make have the same letters', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), (bytes) => {
      const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
      expect(encodeCrockford(bytes)).toBe(encodeCrockfordNumber(value, 8))
    }),
  )
})
