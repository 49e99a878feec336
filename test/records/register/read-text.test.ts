import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText } from '../../../records/register/read-text.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

function fileOf(bytes: string | Uint8Array): string {
  const path = join(tempDirectory(), 'file')
  writeFileSync(path, bytes)
  return path
}

test('reads UTF-8, without its byte order mark', () => {
  expect(readText(fileOf('\uFEFFZoë'), 100)).toEqual({ text: 'Zoë' })
})

test.each([
  ['a file in another encoding', () => fileOf(Buffer.from('Zoë', 'latin1')), 'not UTF-8'],
  ['a file that is too large', () => fileOf('x'.repeat(101)), 'larger than'],
  ['a directory', () => tempDirectory(), 'not a file'],
  ['a device that never ends', () => '/dev/zero', 'not a file'],
  ['nothing', () => join(tempDirectory(), 'absent'), "can't be read: ENOENT"],
])('%s is a problem of that file', (_, make, message) => {
  const file = make()
  const read = readText(file, 100)
  expect(read).toMatchObject({ file, line: 1, message: expect.stringContaining(message) as string })
})
