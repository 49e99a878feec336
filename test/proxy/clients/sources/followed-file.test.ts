import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
  openSync,
  closeSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FollowedFile, type FileToFollow } from '../../../../proxy/clients/sources/followed-file.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'
import { until } from '../../../support/until.ts'

/** What a reader has after its last end: of a file that grows all, of a whole one the last reading. */
function follow(file: Partial<FileToFollow> & { readonly mode: FileToFollow['mode'] }) {
  const folder = tempDirectory()
  const path = join(folder, 'leases')
  const heard = { text: '', ends: 0, begins: 0, pieces: 0 }
  let reading = ''
  // An hour: what a test sees without asking the watch has told.
  const options = { path, everyMs: 3_600_000, maxOctets: 1_000_000, ...file }
  const followed = new FollowedFile(options, {
    begin: () => {
      reading = ''
      heard.begins += 1
    },
    take: (piece) => {
      reading += piece.toString()
      heard.pieces += 1
    },
    end: () => {
      heard.text = reading
      heard.ends += 1
    },
  })
  onTestFinished(() => followed.stop())
  const hears = (text: string) =>
    until(
      () => heard.text,
      (now) => now === text,
    )
  return { folder, path, heard, hears, followed }
}

test('of a file that grows what is added is read, and nothing twice', async () => {
  const { path, heard, hears, followed } = follow({ mode: 'grows' })
  writeFileSync(path, 'a\n')
  await followed.start()
  expect(heard.text).toBe('a\n')
  appendFileSync(path, 'b\n')
  await hears('a\nb\n')
  expect(heard.begins).toBe(1)
})

test('a file that takes its place, by rename, is read from its beginning', async () => {
  const { folder, path, hears, followed } = follow({ mode: 'grows' })
  writeFileSync(path, 'a\nb\n')
  await followed.start()
  writeFileSync(join(folder, 'new'), 'a\nb\nc\n')
  renameSync(join(folder, 'new'), path)
  await hears('a\nb\nc\n')
  appendFileSync(path, 'd\n')
  await hears('a\nb\nc\nd\n')
})

test('one that was truncated is read from its beginning, and so is one that was written anew', async () => {
  const { path, hears, followed } = follow({ mode: 'grows' })
  writeFileSync(path, 'a\nb\n')
  await followed.start()
  truncateSync(path, 2)
  await hears('a\n')
  writeFileSync(path, 'another, and longer\n')
  await hears('another, and longer\n')
})

test('a whole file is read again when it has changed, and only then', async () => {
  const { path, heard, hears, followed } = follow({ mode: 'whole' })
  writeFileSync(path, 'a\n')
  await followed.start()
  writeFileSync(path, 'b\n')
  await hears('b\n')
  const { ends } = heard
  await followed.look()
  await followed.look()
  expect(heard.ends).toBe(ends)
})

test('a whole file that is written while it is read counts only as it is afterwards', async () => {
  const { path, heard, followed } = follow({ mode: 'whole' })
  writeFileSync(path, 'x'.repeat(300_000))
  const out = openSync(path, 'r+')
  onTestFinished(() => {
    closeSync(out)
  })
  const reading = followed.start()
  await until(
    () => heard.pieces,
    (pieces) => pieces > 0,
  )
  writeSync(out, 'y', 299_999)
  await reading
  await until(
    () => heard.text,
    (text) => text.endsWith('y'),
  )
})

test('what the file held before it was begun anew is read first', async () => {
  const { folder, path, heard, followed } = follow({
    mode: 'grows',
    before: () => [join(folder, 'leases.2'), join(folder, 'leases.1')],
  })
  writeFileSync(path, 'c\n')
  writeFileSync(join(folder, 'leases.1'), 'b\n')
  await followed.start()
  expect(heard.text).toBe('b\nc\n')
})

test('of one that has grown too large the last lines are read, of which the first is whole', async () => {
  const { path, heard, followed } = follow({ mode: 'grows', maxOctets: 10 })
  writeFileSync(path, '10.1.0.1\n10.1.0.2\n10.1.0.3\n')
  await followed.start()
  expect(heard.text).toBe('10.1.0.3\n')
})

test('a file that is not there is said, and read once it is', async () => {
  const { folder, path, hears, followed } = follow({ mode: 'grows' })
  await followed.start()
  expect(followed.problem()).toContain('ENOENT')
  writeFileSync(path, 'a\n')
  await hears('a\n')
  expect(followed.problem()).toBeNull()
  rmSync(folder, { recursive: true })
  mkdirSync(folder)
  writeFileSync(path, 'b\n')
  await followed.look()
  await hears('b\n')
})

test('a folder, a named pipe and a whole file of too many octets are refused', async () => {
  const folder = follow({ mode: 'whole' })
  mkdirSync(folder.path)
  await folder.followed.start()
  expect(folder.followed.problem()).toBe('it is not a file')
  const pipe = follow({ mode: 'grows' })
  execFileSync('sh', ['-c', `mkfifo '${pipe.path}'`])
  await pipe.followed.start()
  expect(pipe.followed.problem()).toBe('it is not a file')
  const large = follow({ mode: 'whole', maxOctets: 1_048_576 })
  writeFileSync(large.path, 'x'.repeat(1_048_577))
  await large.followed.start()
  expect(large.followed.problem()).toContain('larger than 1 MiB')
})
