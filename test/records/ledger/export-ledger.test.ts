import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../../records/canonical-json.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { openSigningKey, PUBLIC_KEY_FILE } from '../../../records/ledger/checkpoint-key.ts'
import { createCheckpointer } from '../../../records/ledger/checkpointer.ts'
import { exportLedger } from '../../../records/ledger/export-ledger.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT, POLICY_TEXT, sampleLedger } from './sample-ledger.ts'

const VERIFIER = join(import.meta.dirname, '../../../records/ledger/verify-export.mjs')

function exported(): { lines: string[]; head: string; directory: string } {
  const directory = tempDirectory()
  const ledger = sampleLedger(directory)
  const checkpointer = createCheckpointer(ledger, openSigningKey(directory), () => AT)
  checkpointer.stop()
  checkpointer.stop()
  const lines = [...exportLedger(ledger)]
  const { seq, hash } = ledger.head()
  ledger.close()
  return { lines, head: `${seq}:${hash}`, directory }
}

/** Runs the script on its own, in a directory where no package can be found. */
function verify(
  lines: readonly string[],
  ...more: string[]
): { code: number | null; said: string } {
  const cwd = tempDirectory()
  const path = join(cwd, 'export.jsonl')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  const run = spawnSync(process.execPath, [VERIFIER, path, ...more], { cwd, encoding: 'utf8' })
  return { code: run.status, said: `${run.stdout}${run.stderr}`.replaceAll(path, 'FILE').trim() }
}

test('holds the policy text before the entry that points to it, then every entry, and no name', () => {
  const { lines } = exported()
  expect(lines).toHaveLength(12)
  expect(JSON.parse(lines[0] ?? '')).toHaveProperty('text', POLICY_TEXT)
  expect(lines.slice(1, 10).map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9,
  ])
  expect(lines.join('')).not.toContain('Ada')
})

test('V20: the stand-alone script verifies it, and the head that was noted', () => {
  const { lines, head } = exported()
  expect(verify(lines, head)).toEqual({
    code: 0,
    said: `9 entries and 1 texts verified, head ${head}
2 checkpoints, whose signatures were not checked`,
  })
})

test('with the public key of the node, the script verifies the signatures too', () => {
  const { lines, head, directory } = exported()
  expect(verify(lines, join(directory, PUBLIC_KEY_FILE), head)).toEqual({
    code: 0,
    said: `9 entries and 1 texts verified, head ${head}\n2 checkpoints, with their signatures`,
  })
  const stranger = tempDirectory()
  openSigningKey(stranger)
  const { code, said } = verify(lines, join(stranger, PUBLIC_KEY_FILE))
  expect(code).toBe(1)
  expect(said).toContain('FILE:11: checkpoint 1 is not signed by a key in')
})

test('a tail that was cut off shows against a checkpoint, without a head that was noted', () => {
  const { lines } = exported()
  expect(verify(lines.toSpliced(8, 2))).toEqual({
    code: 1,
    said: 'FILE:9: entry 9, as checkpoint 1 signed it, is not in the ledger',
  })
})

test('what was set aside is exported too, and a checkpoint may have signed it', () => {
  const { lines } = exported()
  const aside = canonicalJson({ seq: 9, which: 'gave way' })
  const told = canonicalJson({ aside })
  const signed = (lines[11] ?? '').replace(/(hash\\":\\")[0-9a-f]{64}/, `$1${sha256(aside)}`)
  expect(verify(lines.with(11, signed)).code).toBe(1)
  expect(verify([told, ...lines.with(11, signed)]).code).toBe(0)
})

type Change = (lines: readonly string[]) => readonly string[]

const CHANGES: readonly [says: string, change: Change, said: string][] = [
  [
    'an edited entry',
    (lines) => lines.map((line) => line.replace('device-12', 'device-99')),
    'FILE:6: entry 5 was edited',
  ],
  ['a removed entry', (lines) => lines.toSpliced(4, 1), 'FILE:5: entry 4 is missing'],
  [
    'two swapped entries',
    (lines) => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? ''),
    'FILE:5: entry 4 is missing',
  ],
  [
    'an edited text',
    (lines) => lines.with(0, (lines[0] ?? '').replace('Example', 'Another')),
    'FILE:1: the text',
  ],
  ['a removed text', (lines) => lines.slice(1), 'FILE:1: the text'],
  ['a line that is not JSON', (lines) => lines.with(2, 'nonsense'), 'FILE:3: not JSON'],
  ['a line that is null', (lines) => lines.with(2, 'null'), 'FILE:3: entry 2 is missing'],
  ['a tail that was cut off', (lines) => lines.slice(0, -4), 'head 9:'],
  ['a removed checkpoint', (lines) => lines.toSpliced(10, 1), 'FILE:11: checkpoint 1 is missing'],
  [
    'an edited checkpoint',
    (lines) => lines.with(10, (lines[10] ?? '').replace('\\"seq\\":9', '\\"seq\\":8')),
    'FILE:11: entry 8, as checkpoint 1 signed it',
  ],
  [
    'a checkpoint that is not JSON',
    (lines) => lines.with(10, '{"signed":"x"}'),
    'FILE:11: not JSON',
  ],
  [
    'a checkpoint that is null',
    (lines) => lines.with(10, '{"signed":"null"}'),
    'FILE:11: checkpoint 1',
  ],
]

test.each(CHANGES)('the script finds %s', (_, change, said) => {
  const { lines, head } = exported()
  const result = verify(change(lines), head)
  expect(result.code).toBe(1)
  expect(result.said).toContain(said)
})
