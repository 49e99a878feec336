import { generateKeyPairSync, verify } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  isSigned,
  openSigningKey,
  PUBLIC_KEY_FILE,
  readPublicKeys,
} from '../../../records/ledger/checkpoint-key.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

test('makes a private key and its public half once, and reads the same from then on', () => {
  const directory = tempDirectory()
  const key = openSigningKey(directory)
  expect(statSync(join(directory, 'checkpoint.key')).mode & 0o777).toBe(0o600)
  const published = readFileSync(join(directory, PUBLIC_KEY_FILE), 'utf8')
  expect(openSigningKey(directory).id).toBe(key.id)
  expect(readFileSync(join(directory, PUBLIC_KEY_FILE), 'utf8')).toBe(published)
  // As any other program reads it: what it verifies is plain Ed25519.
  expect(verify(null, Buffer.from('text'), published, Buffer.from(key.sign('text'), 'hex'))).toBe(
    true,
  )
})

test('a signature fits its text and its key alone', () => {
  const [one, other] = [tempDirectory(), tempDirectory()]
  const key = openSigningKey(one)
  openSigningKey(other)
  const [own] = readPublicKeys(join(one, PUBLIC_KEY_FILE)).values()
  const [foreign] = readPublicKeys(join(other, PUBLIC_KEY_FILE)).values()
  if (own === undefined || foreign === undefined) throw new Error('no public key')
  const signature = key.sign('text')
  expect(isSigned('text', signature, own)).toBe(true)
  expect(isSigned('text', signature, foreign)).toBe(false)
  expect(isSigned('texts', signature, own)).toBe(false)
  expect(isSigned('text', 'not hex', own)).toBe(false)
})

test('a node that was restored under a new key keeps believing the old one', () => {
  const directory = tempDirectory()
  const old = openSigningKey(directory)
  rmSync(join(directory, 'checkpoint.key'))
  const fresh = openSigningKey(directory)
  expect(fresh.id).not.toBe(old.id)
  expect([...readPublicKeys(join(directory, PUBLIC_KEY_FILE)).keys()]).toEqual([old.id, fresh.id])
})

const REFUSED: readonly [says: string, text: string, message: string][] = [
  ['no key', 'nonsense\n', 'holds no public key'],
  ['a key of another kind', otherKey(), 'holds a key that is not Ed25519'],
  [
    'a key that is none',
    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n',
    'holds a key that is not Ed25519',
  ],
  ['a novel', 'x'.repeat(100_000), 'is too long'],
]

test.each(REFUSED)('refuses a file of %s, with its path and what to do', (_, text, message) => {
  const path = join(tempDirectory(), PUBLIC_KEY_FILE)
  writeFileSync(path, text)
  expect(() => readPublicKeys(path)).toThrow(`\`${path}\` ${message}`)
})

test('a file that is absent holds no key', () => {
  expect(readPublicKeys(join(tempDirectory(), PUBLIC_KEY_FILE)).size).toBe(0)
})

function otherKey(): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return String(publicKey.export({ format: 'pem', type: 'spki' }))
}
