import { expect, test } from 'vitest'
import {
  plainHostName,
  writtenAs,
} from '../../../../../proxy/clients/sources/leases/lease-words.ts'

test('two spellings of an IPv6 address are one, and a link is no part of it', () => {
  expect(writtenAs('FD77:0:0::7')).toBe('fd77::7')
  expect(writtenAs('fe80::1%eth0')).toBe('fe80::1')
  expect(writtenAs('10.1.0.7')).toBe('10.1.0.7')
})

test('a name is short and stirs no terminal, and nothing is null', () => {
  expect(plainHostName('Ann\u001b[2J phone')).toBe('Ann[2J phone')
  expect(plainHostName('x'.repeat(500))).toHaveLength(253)
  expect([plainHostName('*'), plainHostName('')]).toEqual([null, null])
})
