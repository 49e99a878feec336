import { expect, test } from 'vitest'
import { parseHostname } from '../../../rules/names/hostname.ts'
import { entropyOf, isTunnel, KNOWN_LOOKUPS } from '../../../rules/sanctions/tunnel-signs.ts'

test.each([
  [99, 100_000, false],
  [100, 1_500, true],
  [100, 1_499, false],
  [1_000, 0, true],
])('%d names of %d octets: %s', (names, octets, is) => {
  expect(isTunnel({ names, octets })).toBe(is)
})

test('entropy is none of one letter, and five bits of thirty-two that are as frequent', () => {
  expect(entropyOf([7])).toBe(0)
  expect(entropyOf([])).toBe(0)
  expect(entropyOf(Array.from({ length: 32 }, () => 3))).toBeCloseTo(5)
})

test('what is known is named as hosts are compared', () => {
  for (const host of KNOWN_LOOKUPS) expect(parseHostname(host)).toBe(host)
})
