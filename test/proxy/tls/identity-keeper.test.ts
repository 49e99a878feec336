import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { IdentityKeeper } from '../../../proxy/tls/identity-keeper.ts'
import { selfSigned } from '../../../proxy/tls/self-signed.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const DAY_MS = 86_400_000

/** `made`: how many days ago; each is good for a year. */
function scene(made = 0) {
  const directory = tempDirectory()
  const write = (names: string[], at = Date.now()): string => {
    const { certificate, key } = selfSigned(names, at)
    writeFileSync(join(directory, 'dns.crt'), certificate)
    writeFileSync(join(directory, 'dns.key'), key)
    return certificate
  }
  write(['old.example'], Date.now() - made * DAY_MS)
  const files = { certificate: 'dns.crt', key: 'dns.key', directory, records: directory }
  return { keeper: new IdentityKeeper(files), write, directory }
}

test('a renewed certificate is seen, once', () => {
  const { keeper, write } = scene()
  expect(keeper.look()).toBeNull()
  const renewed = write(['new.example'])
  expect(keeper.look()?.certificate).toBe(renewed)
  expect(keeper.look()).toBeNull()
  expect(keeper.identity.certificate).toBe(renewed)
})

test('half a renewal leaves the old one in force and is said, until the other half comes', () => {
  const { keeper, write, directory } = scene()
  const before = keeper.identity
  writeFileSync(join(directory, 'dns.crt'), selfSigned(['new.example'], Date.now()).certificate)
  expect(keeper.look()).toBeNull()
  expect(keeper.identity).toBe(before)
  expect(keeper.problems().join()).toContain('the certificate from before stays')
  write(['new.example'])
  expect(keeper.look()).not.toBeNull()
  expect(keeper.problems()).toEqual([])
})

test.each([
  [0, []],
  [360, ['tls.certificate: it runs out in 4 days']],
  [366, ['tls.certificate: it has run out, and devices refuse it']],
])('a certificate made %i days ago: %j', (made, problems) => {
  expect(scene(made).keeper.problems()).toEqual(problems)
})

test('what is read is watched by its whole path', () => {
  const { keeper, directory } = scene()
  expect(keeper.paths).toEqual([join(directory, 'dns.crt'), join(directory, 'dns.key')])
})
