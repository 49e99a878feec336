import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { makeBackup } from '../../../records/backup/make-backup.ts'
import { placeRecords, restoreBackup } from '../../../records/backup/restore-backup.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT } from '../ledger/sample-ledger.ts'
import { filesOf, PASSPHRASE, sampleRecords } from './sample-records.ts'

async function backedUp(passphrase: string | null, entries = 50) {
  const { directory, close } = sampleRecords(entries)
  const file = join(tempDirectory(), 'a.sgbackup')
  await makeBackup({ directory, file, passphrase, now: AT })
  close()
  return { directory, file }
}

/** A place to restore to that does not exist yet, in a folder where every leftover would be seen. */
function emptyPlace() {
  const parent = tempDirectory()
  return { parent, directory: join(parent, 'records') }
}

function rowsOf(directory: string, sql: string) {
  const db = new DatabaseSync(join(directory, 'journal.sqlite'), { readOnly: true })
  try {
    return db.prepare(sql).all()
  } finally {
    db.close()
  }
}

test.each([
  ['without a passphrase', null],
  ['with a passphrase', PASSPHRASE],
])('what was backed up comes back, %s', async (_says, passphrase) => {
  const { directory, file } = await backedUp(passphrase)
  const place = emptyPlace()
  await restoreBackup({ file, directory: place.directory, passphrase })
  expect(readdirSync(place.parent)).toEqual(['records'])
  expect(Object.keys(filesOf(place.directory))).toEqual(Object.keys(filesOf(directory)))
  expect(filesOf(place.directory)['block-ref.key']).toBe(filesOf(directory)['block-ref.key'])
  expect(statSync(join(place.directory, 'block-ref.key')).mode & 0o777).toBe(0o600)
  expect(statSync(place.directory).mode & 0o777).toBe(0o700)
  const all = 'SELECT * FROM journal ORDER BY seq'
  expect(rowsOf(place.directory, all)).toEqual(rowsOf(directory, all))
  const ledger = openLedger(place.directory, { readOnly: true })
  expect(verifyLedger(ledger)).toMatchObject({ ok: true, head: { seq: 9 } })
  ledger.close()
})

test('the journal gets a new id: Redis may know later numbers under the old one', async () => {
  const { directory, file } = await backedUp(null)
  const place = emptyPlace()
  await restoreBackup({ file, directory: place.directory, passphrase: null })
  const id = 'SELECT id FROM journal_id'
  expect(rowsOf(place.directory, id)).not.toEqual(rowsOf(directory, id))
})

test('V30: an empty directory is filled, one that holds something is refused and not touched', async () => {
  const { file } = await backedUp(null)
  const { directory } = emptyPlace()
  mkdirSync(directory)
  await restoreBackup({ file, directory, passphrase: null })
  const before = filesOf(directory)
  await expect(restoreBackup({ file, directory, passphrase: null })).rejects.toThrow(
    /is not empty \(it holds `block-ref.key`, `journal.sqlite`, `ledger.sqlite`\); name a new/,
  )
  expect(filesOf(directory)).toEqual(before)
})

test('where only the directory itself can be written, files move in with the ledger last', async () => {
  const { directory: from } = await backedUp(null)
  const { directory } = emptyPlace()
  mkdirSync(directory)
  const staging = mkdtempSync(join(directory, '.restoring-'))
  for (const name of Object.keys(filesOf(from)))
    writeFileSync(join(staging, name), readFileSync(join(from, name)))
  await placeRecords(staging, directory)
  expect(filesOf(directory)).toEqual(filesOf(from))
  expect(existsSync(staging)).toBe(false)
})

/** Cut points: all of the first 700 octets' header and frame edges, then samples, then the last ones. */
function cutPoints(size: number): number[] {
  const head = Array.from({ length: 60 }, (_, index) => index * 11)
  const body = Array.from({ length: 40 }, (_, index) => Math.floor((size * index) / 40))
  const tail = Array.from({ length: 40 }, (_, index) => size - 1 - index)
  return [...new Set([...head, ...body, ...tail])]
    .filter((at) => at < size)
    .toSorted((a, b) => a - b)
}

test('a backup that is cut off anywhere is refused, and nothing is written', async () => {
  const { file } = await backedUp(null, 2_000)
  const whole = readFileSync(file)
  const place = emptyPlace()
  const cut = join(tempDirectory(), 'cut.sgbackup')
  const passed: number[] = []
  for (const at of cutPoints(whole.length)) {
    writeFileSync(cut, whole)
    truncateSync(cut, at)
    const order = { file: cut, directory: place.directory, passphrase: null }
    const message = await restoreBackup(order).then(
      () => 'restored',
      (error: unknown) => String(error),
    )
    if (!/BackupRefused: .*(cut off|damaged|not a backup)/.test(message)) passed.push(at)
  }
  expect(passed).toEqual([])
  expect(readdirSync(place.parent)).toEqual([])
})

test.each([
  ['without a passphrase', null],
  ['with a passphrase', PASSPHRASE],
])('a flipped bit anywhere is refused, %s', async (_says, passphrase) => {
  const { file } = await backedUp(passphrase, passphrase === null ? 2_000 : 10)
  const whole = readFileSync(file)
  const place = emptyPlace()
  const bent = join(tempDirectory(), 'bent.sgbackup')
  // Behind its header each try of an encrypted file costs half a second of scrypt.
  const all = cutPoints(whole.length)
  const points = passphrase === null ? all : all.filter((_, index) => index % 12 === 0)
  const passed: unknown[] = []
  for (const [index, at] of points.entries()) {
    const octets = Buffer.from(whole)
    octets[at] = (octets[at] ?? 0) ^ (1 << (index % 8))
    writeFileSync(bent, octets)
    const order = { file: bent, directory: place.directory, passphrase }
    const message = await restoreBackup(order).then(
      () => 'restored',
      (error: unknown) => String(error),
    )
    if (!message.startsWith('BackupRefused: ')) passed.push([at, message])
  }
  expect(passed).toEqual([])
  expect(readdirSync(place.parent)).toEqual([])
})

test.each<[string, (file: string) => void, RegExp]>([
  [
    'a foreign file',
    (file) => {
      writeFileSync(file, 'person_ref,name,role\np-1,Ada,staff\n')
    },
    /is not a backup of Schoolgate \(it begins with "person_ref,name,role"\)/,
  ],
  [
    'an empty file',
    (file) => {
      writeFileSync(file, '')
    },
    /is shorter than its first line/,
  ],
  [
    'a later format',
    (file) => {
      writeFileSync(file, 'SCHOOLGATE BACKUP 2\nxxx')
    },
    /of another format .*; use a newer Schoolgate/,
  ],
  [
    'a file with something behind it',
    (file) => {
      appendFileSync(file, 'x')
    },
    /goes on behind its end at octet \d+/,
  ],
])('%s is refused with what was found and what to do', async (_says, spoil, message) => {
  const { file } = await backedUp(null)
  spoil(file)
  const { parent, directory } = emptyPlace()
  await expect(restoreBackup({ file, directory, passphrase: null })).rejects.toThrow(message)
  expect(readdirSync(parent)).toEqual([])
})

test('the wrong passphrase is told from damage', async () => {
  const { file } = await backedUp(PASSPHRASE)
  const { parent, directory } = emptyPlace()
  const order = { file, directory, passphrase: 'another long passphrase' }
  await expect(restoreBackup(order)).rejects.toThrow(/encrypted with another passphrase/)
  expect(readdirSync(parent)).toEqual([])
})
