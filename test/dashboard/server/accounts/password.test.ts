import { expect, it } from 'vitest'
import {
  faultOfPassword,
  hashPassword,
  isPassword,
} from '../../../../dashboard/server/accounts/password.ts'

it('a password is known by its hash, in either spelling of its letters, and no other is', async () => {
  const hash = await hashPassword('drei schöne Wörter')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await isPassword('drei schöne Wörter'.normalize('NFD'), hash)).toBe(true)
  expect(await isPassword('drei schone Worter', hash)).toBe(false)
  expect(await isPassword('drei schöne Wörter', null)).toBe(false)
})

it('two hashes of one password have nothing in common', async () => {
  expect(await hashPassword('three plain words')).not.toBe(await hashPassword('three plain words'))
})

it.each([
  ['short', /12 letters/],
  ['aaaaaaaaaaaaaaaa', /same few letters/],
  ['teacher teacher 1', /must not contain/],
  ['x'.repeat(300), /at most/],
])('%.20s will not do', (password, fault) => {
  expect(faultOfPassword(password, ['teacher'])).toMatch(fault)
})

it('three plain words will do', () => {
  expect(faultOfPassword('three plain words', ['teacher', 'ex'])).toBeNull()
})
