import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isZip, readZip } from '../../../records/imports/read-zip.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { zipOf } from '../../support/zip-of.ts'

const source = (octets: Uint8Array) => ({ name: 'roster.zip', octets })
const TEXT = 'a,b\n'.repeat(500)

test('packed and stored files come out with their names, whatever folder they were in', () => {
  const zip = zipOf({ 'export/users.csv': TEXT, 'orgs.csv': 'x' }, { stored: ['orgs.csv'] })
  expect(isZip(source(zip))).toBe(true)
  const files = readZip(source(zip))
  if (typeof files === 'string') throw new Error(files)
  expect(files.map(({ name, octets }) => [name, Buffer.from(octets).toString()])).toEqual([
    ['users.csv', TEXT],
    ['orgs.csv', 'x'],
  ])
})

test('folders and what macOS adds are passed over', () => {
  const files = readZip(source(zipOf({ 'export/': '', '__MACOSX/._users.csv': 'x', 'a.csv': 'y' })))
  expect(typeof files === 'string' ? files : files.map(({ name }) => name)).toEqual(['a.csv'])
})

const FAULTS: readonly [says: string, octets: Uint8Array, fault: RegExp][] = [
  ['what is no archive', Buffer.from('person_ref,name,role\n'), /not a (?:whole )?ZIP archive/],
  ['an empty file', new Uint8Array(0), /not a ZIP archive/],
  ['an archive that was cut off', zipOf({ 'a.csv': TEXT }).subarray(0, 60), /ZIP archive/],
  ['a file whose sum is wrong', zipOf({ 'a.csv': TEXT }, { crc: 1 }), /`a.csv` is damaged/],
  ['an encrypted file', zipOf({ 'a.csv': TEXT }, { flags: 1 }), /`a.csv` is encrypted/],
  ['another method', zipOf({ 'a.csv': TEXT }, { method: 12 }), /by a method \(12\)/],
  [
    'a file that unfolds to more than it says',
    zipOf({ 'a.csv': TEXT }, { size: 10 }),
    /not a whole ZIP archive/,
  ],
  [
    'a file that says it unfolds to a terabyte',
    zipOf({ 'a.csv': TEXT }, { size: 0xfffffff0 }),
    /unfolds to more than may be imported/,
  ],
  [
    'a thousand files',
    zipOf(Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`${n}.csv`, '']))),
    /more than 200 files/,
  ],
]

test.each(FAULTS)('%s is refused in words', (_, octets, fault) => {
  expect(readZip(source(octets))).toMatch(fault)
})

test('no octets make it throw', () => {
  const whole = zipOf({ 'a.csv': TEXT, 'b.csv': 'x' })
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, octet) => {
      const torn = Buffer.from(whole)
      torn[at] = octet
      readZip(source(torn))
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('the archives of this test are those of zlib', () => {
  expect(crc32('a')).toBe(0xe8b7be43)
  expect(deflateRawSync(TEXT).length).toBeLessThan(100)
})
