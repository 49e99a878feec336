import { existsSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { restore } from '../../commands/restore.ts'
import { recentBackupRuns } from '../../records/backup/backup-log.ts'
import { makeBackup } from '../../records/backup/make-backup.ts'
import { sampleRecords } from '../records/backup/sample-records.ts'
import { AT } from '../records/ledger/sample-ledger.ts'
import { tempDirectory } from '../support/temp-directory.ts'

async function run(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []]
  const deps = {
    resolveRecords: (path: string) => ({ problem: `no \`${path}\`` }),
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
  }
  return { code: await restore(args, deps), out, err }
}

async function backedUp() {
  const { directory, close } = sampleRecords()
  close()
  const file = join(tempDirectory(), 'a.sgbackup')
  await makeBackup({ directory, file, passphrase: null, now: AT })
  return { directory, file }
}

test('restores into a new directory and notes it there; a second time is refused', async () => {
  const { file } = await backedUp()
  const directory = join(tempDirectory(), 'records')
  const { code, out } = await run(file, '--records', directory)
  expect([code, out]).toEqual([0, [expect.stringMatching(/^restored 3 parts of 2026-11-24T10/)]])
  expect(recentBackupRuns(directory, 1)).toMatchObject([{ kind: 'restore', ok: true }])
  expect(await run(file, '--records', directory)).toMatchObject({
    code: 1,
    err: [expect.stringMatching(/is not empty/)],
  })
})

test('V30: a drill notes its result in the records that it was made for, good or bad', async () => {
  const { directory, file } = await backedUp()
  expect(await run(file, '--records', directory, '--drill')).toMatchObject({ code: 0 })
  truncateSync(file, 300)
  const failed = await run(file, '--records', directory, '--drill')
  expect([failed.code, failed.err]).toEqual([1, [expect.stringMatching(/^drill failed in \d+ ms/)]])
  const runs = recentBackupRuns(directory, 5).map(({ kind, ok }) => [kind, ok])
  expect(runs).toEqual([
    ['drill', false],
    ['drill', true],
  ])
})

test('a refusal makes no directory', async () => {
  const directory = join(tempDirectory(), 'records')
  expect(await run('/nonexistent/file', '--records', directory)).toMatchObject({ code: 1 })
  expect(existsSync(directory)).toBe(false)
})

test.each([[[]], [['a']], [['a', 'b', '--records', 'c']], [['a', '--config', 'c']]])(
  '%j is wrong usage',
  async (args) => {
    expect(await run(...args)).toMatchObject({ code: 2 })
  },
)
