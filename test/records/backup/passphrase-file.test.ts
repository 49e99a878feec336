import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPassphrase } from '../../../records/backup/passphrase-file.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

function fileOf(text: string, mode = 0o600): string {
  const path = join(tempDirectory(), 'passphrase')
  writeFileSync(path, text, { mode })
  return path
}

test('the first line is the passphrase, without its line end', () => {
  expect(readPassphrase(fileOf('correct horse battery\r\nnot this\n'))).toBe(
    'correct horse battery',
  )
})

test.each([
  ['a file that others can read', () => fileOf('correct horse battery', 0o644), /chmod 600/],
  ['a short passphrase', () => fileOf('secret'), /passphrase of 6 letters; write 12 or more/],
  ['a file that is none', () => fileOf('x'.repeat(5_000)), /too long for a passphrase/],
  ['no file', () => '/nonexistent/passphrase', /cannot be read/],
])('%s is refused', (_says, path, message) => {
  expect(() => readPassphrase(path())).toThrow(message)
})
