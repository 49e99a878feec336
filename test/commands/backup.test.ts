import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { backup, type BackupDeps } from '../../commands/backup.ts'
import { recentBackupRuns } from '../../records/backup/backup-log.ts'
import { sampleRecords } from '../records/backup/sample-records.ts'
import { tempDirectory } from '../support/temp-directory.ts'

async function run(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []]
  const resolveRecords: BackupDeps['resolveRecords'] = (path) =>
    path === 'gate.yaml' ? { directory: '/nonexistent' } : { problem: `no \`${path}\`` }
  const deps = {
    resolveRecords,
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
  }
  return { code: await backup(args, deps), out, err }
}

test('says what it wrote, warns that it is not encrypted, and notes the run', async () => {
  const { directory, close } = sampleRecords()
  close()
  const file = join(tempDirectory(), 'a.sgbackup')
  const { code, out, err } = await run(file, '--records', directory)
  expect(code).toBe(0)
  expect(out[0]).toMatch(
    /^3 parts, \d+ octets in `.*`, read back; ledger verified up to 9:[0-9a-f]{64}$/,
  )
  expect(err).toEqual([expect.stringMatching(/not encrypted and holds names and keys/)])
  expect(recentBackupRuns(directory, 1)).toMatchObject([{ kind: 'backup', ok: true, file }])
})

test('a file that is there and a weak passphrase are exit code 1', async () => {
  const { directory, close } = sampleRecords()
  close()
  const file = join(tempDirectory(), 'a.sgbackup')
  const weak = join(tempDirectory(), 'passphrase')
  writeFileSync(weak, 'secret', { mode: 0o600 })
  const refused = await run(file, '--records', directory, '--passphrase-file', weak)
  expect([refused.code, refused.err]).toEqual([1, [expect.stringMatching(/of 6 letters/)]])
  expect(existsSync(file)).toBe(false)
  writeFileSync(file, 'mine')
  expect(await run(file, '--records', directory)).toMatchObject({ code: 1, out: [] })
})

test.each([
  ['no file', []],
  ['two files', ['a', 'b', '--records', 'c']],
  ['no place', ['a']],
  ['two places', ['a', '--records', 'b', '--config', 'c']],
  ['a configuration that is none', ['a', '--config', 'b']],
  ['an option that is none', ['a', '--frob']],
])('%s is wrong usage', async (_says, args) => {
  expect(await run(...args)).toMatchObject({ code: 2 })
})
