import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readHashKey } from '../../../proxy/sealed/hash-key.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

test('a hash key is 64 hex digits', () => {
  const file = join(tempDirectory(), 'hash.key')
  writeFileSync(file, `${'0a'.repeat(32)}\n`)
  expect(readHashKey(file)).toEqual({ octets: new Uint8Array(32).fill(10) })
})

test.each(['', 'secret', '0a'.repeat(31), `${'0a'.repeat(32)}\n${'0b'.repeat(32)}`])(
  '`%s` is none, and is not repeated in the message',
  (text) => {
    const file = join(tempDirectory(), 'hash.key')
    writeFileSync(file, text)
    const read = readHashKey(file)
    expect(read).toHaveProperty('problem')
    if (text !== '') expect(JSON.stringify(read)).not.toContain(text)
  },
)

test('a key that is not there is said', () => {
  expect(readHashKey('/nowhere/hash.key')).toEqual({
    problem: expect.stringContaining('ENOENT') as string,
  })
})
