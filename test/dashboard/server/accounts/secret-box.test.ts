import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { SecretBox } from '../../../../dashboard/server/accounts/secret-box.ts'

it('what is sealed is opened by the same key, and by no other', () => {
  const box = new SecretBox(randomBytes(32))
  const sealed = box.seal('GEZDGNBVGY3TQOJQ')
  expect(box.open(sealed)).toBe('GEZDGNBVGY3TQOJQ')
  expect(sealed).not.toBe(box.seal('GEZDGNBVGY3TQOJQ'))
  expect(() => new SecretBox(randomBytes(32)).open(sealed)).toThrow()
})

it('a changed octet does not open', () => {
  const box = new SecretBox(randomBytes(32))
  const octets = Buffer.from(box.seal('secret'), 'base64')
  for (let at = 0; at < octets.length; at += 1) {
    const torn = Buffer.from(octets)
    torn[at] = (torn[at] ?? 0) ^ 1
    expect(() => box.open(torn.toString('base64'))).toThrow()
  }
})
