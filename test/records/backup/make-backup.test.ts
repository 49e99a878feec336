import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { makeBackup } from '../../../records/backup/make-backup.ts'
import { readBackup } from '../../../records/backup/read-backup.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT, tamper } from '../ledger/sample-ledger.ts'
import { PASSPHRASE, sampleRecords } from './sample-records.ts'

test('a backup beside an open gate holds every file but the passing ones, and is private', async () => {
  const { directory, close } = sampleRecords()
  mkdirSync(join(directory, 'sub'))
  writeFileSync(join(directory, 'sub', 'lists-1.sgimage'), 'image')
  writeFileSync(join(directory, 'yesterday.sgbackup'), 'an older backup')
  writeFileSync(join(directory, 'empty.txt'), '')
  const file = join(tempDirectory(), 'a.sgbackup')
  const { manifest, octets } = await makeBackup({ directory, file, passphrase: null, now: AT })
  close()
  expect(manifest.parts.map(({ name, mode }) => [name, mode & 0o077])).toEqual([
    ['block-ref.key', 0],
    ['empty.txt', 0o044],
    ['journal.sqlite', 0o044],
    ['ledger.sqlite', 0o044],
    ['sub/lists-1.sgimage', 0o044],
  ])
  expect(manifest).toMatchObject({ site: 'ex', ledger: { seq: 9 } })
  expect(await readBackup(file, null)).toEqual(manifest)
  expect(statSync(file)).toMatchObject({ size: octets })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(file, '..'))).toEqual(['a.sgbackup'])
  expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([])
})

const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

/** All that can be read in a file without a passphrase: its own octets, and what they unpack to. */
function legibleIn(file: string): string {
  const octets = readFileSync(file)
  const texts = [octets]
  for (let at = octets.indexOf(ZSTD_MAGIC); at !== -1; at = octets.indexOf(ZSTD_MAGIC, at + 1)) {
    try {
      texts.push(zstdDecompressSync(octets.subarray(at)))
    } catch {
      // Four octets that look like the beginning of a frame and are none.
    }
  }
  return Buffer.concat(texts).toString('latin1')
}

test('with a passphrase neither a host nor a file of the records can be read without it', async () => {
  const { directory, close } = sampleRecords()
  close()
  const file = join(tempDirectory(), 'sealed.sgbackup')
  const open = join(tempDirectory(), 'open.sgbackup')
  await makeBackup({ directory, file, passphrase: PASSPHRASE, now: AT })
  await makeBackup({ directory, file: open, passphrase: null, now: AT })
  for (const told of ['host-10.example', 'ledger.sqlite', 'tablet-1']) {
    expect(legibleIn(open)).toContain(told)
    expect(legibleIn(file)).not.toContain(told)
  }
  expect(readFileSync(file).toString('latin1')).toContain('"cipher":"aes-256-gcm"')
  await expect(readBackup(file, 'correct horse battery stable')).rejects.toThrow(
    /another passphrase; give the right one/,
  )
  await expect(readBackup(file, null)).rejects.toThrow(/is encrypted; give its passphrase/)
})

test('a file that is there stays as it is', async () => {
  const { directory, close } = sampleRecords()
  close()
  const file = join(tempDirectory(), 'notes.txt')
  writeFileSync(file, 'mine')
  await expect(makeBackup({ directory, file, passphrase: null, now: AT })).rejects.toThrow(
    /is there already; name another file/,
  )
  expect(readFileSync(file, 'utf8')).toBe('mine')
})

test('a ledger that does not verify is no backup, and nothing is left behind', async () => {
  const { directory, close } = sampleRecords()
  close()
  tamper(
    directory,
    `UPDATE entries SET body = replace(body, 'device-12', 'device-99') WHERE seq = 5`,
  )
  const target = tempDirectory()
  const order = { directory, file: join(target, 'a.sgbackup'), passphrase: null, now: AT }
  await expect(makeBackup(order)).rejects.toThrow(/does not verify \(entry 5 was edited/)
  expect(readdirSync(target)).toEqual([])
  expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([])
})

test('what a killed backup left in the records is removed by the next, a running one is left alone', async () => {
  const { directory, close } = sampleRecords()
  close()
  for (const name of ['.backup-old', '.backup-now']) mkdirSync(join(directory, name))
  utimesSync(join(directory, '.backup-old'), 1, 1)
  const file = join(tempDirectory(), 'a.sgbackup')
  await makeBackup({ directory, file, passphrase: null, now: AT })
  expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual(['.backup-now'])
})

test.each([
  ['a directory without a ledger', () => tempDirectory(), /holds no ledger/],
  ['a directory that is not there', () => '/nonexistent/records', /holds no ledger/],
])('%s is refused', async (_says, directory, message) => {
  const file = join(tempDirectory(), 'a.sgbackup')
  await expect(
    makeBackup({ directory: directory(), file, passphrase: null, now: AT }),
  ).rejects.toThrow(message)
})

test('a target that cannot be written is said in words', async () => {
  const { directory, close } = sampleRecords()
  close()
  const file = '/nonexistent/a.sgbackup'
  await expect(makeBackup({ directory, file, passphrase: null, now: AT })).rejects.toThrow(
    /cannot be written/,
  )
})
