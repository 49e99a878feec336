import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { csvTextOf, readSource } from '../../../records/imports/import-source.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

test('a file of 100 MB is refused by its size, before a byte of it is read', () => {
  const path = join(tempDirectory(), 'people.csv')
  writeFileSync(path, '')
  truncateSync(path, 100 * 1024 * 1024)
  expect(readSource(path)).toMatchObject({ line: 1, col: 1, message: 'larger than 50 MiB' })
})

test('a body that came over the network is bounded, too', () => {
  const octets = new Uint8Array(50 * 1024 * 1024 + 1)
  expect(csvTextOf({ name: 'people.csv', octets })).toMatchObject({ message: 'larger than 50 MiB' })
})

test('a folder and a file that is not there are told, not thrown', () => {
  const directory = tempDirectory()
  expect(readSource(directory)).toMatchObject({ message: 'not a file' })
  expect(readSource(join(directory, 'none.csv'))).toMatchObject({
    message: expect.stringContaining('can’t be read'.replace('’', "'")) as string,
  })
})

const SEPARATORS: readonly [says: string, text: string, separator: string][] = [
  ['commas', 'person_ref,name,role\n', ','],
  ['semicolons, as Excel of half of Europe saves them', 'person_ref;name;role\n', ';'],
  ['tabs, as "Unicode text" has them', 'person_ref\tname\trole\n', '\t'],
  ['semicolons inside of quotes', '"a;b;c;d",name,role\n', ','],
  ['one column', 'person_ref\n', ','],
]

test.each(SEPARATORS)('a header with %s says what separates', (_, text, separator) => {
  const csv = csvTextOf({ name: 'people.csv', octets: Buffer.from(text) })
  expect(csv).toMatchObject({ style: { separator } })
})
