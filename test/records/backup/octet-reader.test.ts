import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { OctetReader } from '../../../records/backup/octet-reader.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

test('pieces of any size come in order, and what is not there is null and not counted', async () => {
  const octets = randomBytes(2_500_000)
  const path = join(tempDirectory(), 'file')
  writeFileSync(path, octets)
  await using reader = await OctetReader.open(path)
  const taken: Buffer[] = []
  for (const count of [0, 1, 1_048_576, 1_400_000, 51_422])
    taken.push((await reader.take(count)) ?? Buffer.from('missing'))
  expect(Buffer.concat(taken).equals(octets.subarray(0, 2_499_999))).toBe(true)
  expect(await reader.take(2)).toBeNull()
  expect(reader.position).toBe(2_499_999)
  expect(await reader.take(1)).toEqual(octets.subarray(-1))
})

test.each([
  ['a file that is not there', () => '/nonexistent/file', /cannot be read .*; check its name/],
  ['a directory', () => tempDirectory(), /is not a file; name the file/],
])('%s is refused in words', async (_says, path, message) => {
  await expect(OctetReader.open(path())).rejects.toThrow(message)
})
