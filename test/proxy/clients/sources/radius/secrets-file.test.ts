import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  parseSecrets,
  readSecrets,
} from '../../../../../proxy/clients/sources/radius/secrets-file.ts'
import { tempDirectory } from '../../../../support/temp-directory.ts'

const LONG = 'sixteen-octets-or-more'
const OTHER = 'another-secret-for-one-ap'

function fileOf(text: string, mode = 0o600): string {
  const path = join(tempDirectory(), 'secrets')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

test('the longest network that holds the sender has the secret', () => {
  const secrets = readSecrets(
    fileOf(`# access points\n10.0.0.0/8 ${LONG}\n10.0.0.2   ${OTHER}\n\n2001:db8::/32 ${LONG}\n`),
  )
  if (typeof secrets === 'string') throw new Error(secrets)
  expect(secrets.secretOf('10.9.9.9')?.toString()).toBe(LONG)
  expect(secrets.secretOf('10.0.0.2')?.toString()).toBe(OTHER)
  expect(secrets.secretOf('2001:db8::7')?.toString()).toBe(LONG)
  expect(secrets.secretOf('192.0.2.1')).toBeNull()
  // Asked again, what is remembered says the same.
  expect(secrets.secretOf('192.0.2.1')).toBeNull()
})

test('a file that others can read is refused, and the refusal holds no secret', () => {
  const read = readSecrets(fileOf(`10.0.0.2 ${LONG}\n`, 0o640))
  expect(read).toMatch(/can be read by others; make it private with chmod 600/)
  expect(read).not.toContain(LONG)
  expect(readSecrets('/nowhere/secrets')).toMatch(/^cannot read/)
})

test.each([
  ['10.0.0.2', 1, 'not `ADDRESS SECRET`'],
  [`10.0.0.2 ${LONG} more`, 1, 'not `ADDRESS SECRET`'],
  [`# a\nap-1 ${LONG}`, 2, '`ap-1` is no address and no network'],
  [`10.0.0.2 ${LONG}\n10.0.0.2 ${OTHER}`, 2, '`10.0.0.2` is named twice'],
  ['10.0.0.2 short', 1, 'the secret of `10.0.0.2` is shorter than 16 octets'],
  ['# nothing', 1, 'names no NAS'],
])('%j is told to be wrong in its line', (text, line, problem) => {
  expect(parseSecrets(text)).toEqual({ line, problem })
})
