import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { selfSigned } from '../../../proxy/tls/self-signed.ts'
import { readIdentity, type IdentityFiles } from '../../../proxy/tls/server-identity.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const NOW = Date.now()

function scene() {
  const directory = tempDirectory()
  const files: IdentityFiles = {
    ...{ certificate: 'dns.crt', key: 'dns.key', directory, records: directory, now: NOW },
  }
  const write = (name: string, text: string): void => {
    writeFileSync(join(directory, name), text)
  }
  const made = selfSigned(['dns.school.example'], NOW)
  write('dns.crt', made.certificate)
  write('dns.key', made.key)
  return { directory, files, write, made }
}

test('the configured certificate is shown, with its key', () => {
  const { files, made } = scene()
  expect(readIdentity(files)).toMatchObject({ ...made, isSelfSigned: false })
})

test.each<
  [says: string, change: (files: ReturnType<typeof scene>) => IdentityFiles, problem: string]
>([
  [
    'no key',
    ({ files }) => ({ ...files, key: null }),
    '`tls.certificate` and `tls.key` go together',
  ],
  ['no file', ({ files }) => ({ ...files, certificate: 'other.crt' }), 'tls.certificate: ENOENT'],
  ['no PEM', ({ files, write }) => (write('dns.crt', 'x'), files), 'tls.certificate: no PEM'],
  ['a broken key', ({ files, write }) => (write('dns.key', 'x'), files), 'tls.key: no PEM'],
  [
    'another’s key',
    ({ files, write }) => (write('dns.key', selfSigned(['a'], NOW).key), files),
    'tls.key: it is not the key',
  ],
  ['a huge file', ({ files, write }) => (write('dns.crt', 'x'.repeat(300_000)), files), 'too long'],
])('%s is refused with the key of gate.yaml', (_says, change, problem) => {
  expect(() => readIdentity(change(scene()))).toThrow(problem)
})

test('where none is configured one is made, kept private, and found again', () => {
  const { files, directory } = scene()
  const own = { ...files, certificate: null, key: null }
  const first = readIdentity(own)
  expect(first.isSelfSigned).toBe(true)
  expect(statSync(join(directory, 'self-signed.pem')).mode & 0o777).toBe(0o600)
  expect(readIdentity(own).certificate).toBe(first.certificate)
})

test('one that runs out soon, or was damaged, is made anew', () => {
  const { files, directory } = scene()
  const own = { ...files, certificate: null, key: null }
  const first = readIdentity(own)
  expect(readIdentity({ ...own, now: NOW + 340 * 86_400_000 }).certificate).not.toBe(
    first.certificate,
  )
  writeFileSync(join(directory, 'self-signed.pem'), 'torn')
  expect(readIdentity(own).isSelfSigned).toBe(true)
  expect(readFileSync(join(directory, 'self-signed.pem'), 'utf8')).toContain('BEGIN PRIVATE KEY')
})
