import { expect, test } from 'vitest'
import { readTokenSource, tokenSource } from '../../../proxy/clients/token-source.ts'

test('a token’s source reads back as the address and the device', () => {
  expect(readTokenSource(tokenSource('2001:db8::7', 2 ** 52 + 1))).toEqual({
    ...{ address: '2001:db8::7', device: 2 ** 52 + 1 },
  })
})

test('an address alone is none', () => {
  expect(readTokenSource('192.0.2.1')).toBeNull()
})
