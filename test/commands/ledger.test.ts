import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { ledger } from '../../commands/ledger.ts'
import { openSigningKey, PUBLIC_KEY_FILE } from '../../records/ledger/checkpoint-key.ts'
import { createCheckpointer } from '../../records/ledger/checkpointer.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { LEDGER_FILE } from '../../records/ledger/ledger-schema.ts'
import { AT, sampleLedger, tamper } from '../records/ledger/sample-ledger.ts'
import { tempDirectory } from '../support/temp-directory.ts'

async function run(
  directory: string,
  ...args: string[]
): Promise<{ code: number; out: string[]; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const code = await ledger(args, {
    resolveRecords: (path) =>
      path === 'gate.yaml' ? { directory } : { problem: `${path}:1:1: unknown key` },
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  })
  return { code, out, err: err.join('\n') }
}

function made(): { directory: string; head: string } {
  const directory = tempDirectory()
  const opened = sampleLedger(directory)
  const { seq, hash } = opened.head()
  opened.close()
  return { directory, head: `${seq}:${hash}` }
}

test('verify says how much verified, with the head to note', async () => {
  const { directory, head } = made()
  const { code, out } = await run('', 'verify', '--records', directory)
  expect(code).toBe(0)
  expect(out).toEqual([
    `9 entries verified, head ${head}`,
    '1 policy texts as they were, 0 people erased',
    '0 checkpoints signed what is there',
  ])
  expect(await run(directory, 'verify', '--config', 'gate.yaml', '--head', head)).toMatchObject({
    code: 0,
  })
})

test('verify names the first bad entry and exits with 1', async () => {
  const { directory, head } = made()
  tamper(directory, 'DELETE FROM entries WHERE seq = 9')
  expect(await run('', 'verify', '--records', directory)).toMatchObject({ code: 0 })
  expect(await run('', 'verify', '--records', directory, '--head', head)).toMatchObject({
    code: 1,
    err: expect.stringContaining('entry 9 is missing') as string,
  })
  const db = new DatabaseSync(join(directory, LEDGER_FILE))
  db.exec(`UPDATE entries SET body = replace(body, 'signed', 'missing') WHERE seq = 3`)
  db.close()
  expect(await run('', 'verify', '--records', directory)).toMatchObject({
    code: 1,
    err: expect.stringContaining('entry 3 was edited') as string,
  })
  for (const verb of ['show', 'export']) {
    const { code, out, err } = await run('', verb, '--records', directory)
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('run `schoolgate ledger verify`') as string,
    })
    expect(out.length).toBeLessThan(4)
  }
})

test('verify holds the checkpoints against the key beside the ledger, or one from elsewhere', async () => {
  const { directory } = made()
  const opened = openLedger(directory)
  createCheckpointer(opened, openSigningKey(directory), () => AT).stop()
  opened.close()
  const { code, out } = await run('', 'verify', '--records', directory)
  expect(code).toBe(0)
  expect(out).toContain('1 checkpoints signed what is there')
  const elsewhere = tempDirectory()
  openSigningKey(elsewhere)
  const key = join(elsewhere, PUBLIC_KEY_FILE)
  expect(await run('', 'verify', '--records', directory, '--key', key)).toMatchObject({
    code: 1,
    err: expect.stringContaining('by a key that is not known here') as string,
  })
  tamper(directory, 'DELETE FROM entries WHERE seq = 9')
  expect(await run('', 'verify', '--records', directory)).toMatchObject({
    code: 1,
    err: expect.stringContaining('entry 9 is missing') as string,
  })
})

test('show prints the last entries in plain words', async () => {
  const { directory } = made()
  const { code, out } = await run('', 'show', '--last', '2', '--records', directory)
  expect(code).toBe(0)
  expect(out).toEqual([
    '#8 2026-11-24T11:00:00.000Z file: added device `device-15`; because: imported from devices.csv',
    '#9 2026-11-24T11:00:00.000Z file: added device `device-16`; because: imported from devices.csv',
  ])
})

test('export prints lines of JSON', async () => {
  const { directory } = made()
  const { code, out } = await run('', 'export', '--records', directory)
  expect(code).toBe(0)
  expect(out.map((line) => JSON.parse(line) as unknown)).toHaveLength(10)
})

const WRONG: readonly [says: string, args: readonly string[], said: string][] = [
  ['no verb', [], 'usage: schoolgate ledger verify'],
  ['an unknown verb', ['rewrite', '--records', '.'], 'usage: schoolgate ledger verify'],
  ['a verb that every object has', ['constructor', '--records', '.'], 'usage: schoolgate'],
  ['an unknown option', ['show', '--lsat', '3'], "Unknown option '--lsat'"],
  ['a head that is none', ['verify', '--records', '.', '--head', '9'], '`9` is not SEQ:HASH'],
  ['a number that is none', ['show', '--records', '.', '--last', 'ten'], '`ten` is not a number'],
  ['two places', ['show', '--records', '.', '--config', 'gate.yaml'], 'not both'],
  ['no place', ['show'], 'usage: schoolgate ledger verify'],
  ['a broken configuration', ['show', '--config', 'broken.yaml'], 'broken.yaml:1:1: unknown key'],
]

test.each(WRONG)('%s is wrong usage, exit 2', async (_, args, said) => {
  expect(await run('', ...args)).toMatchObject({
    code: 2,
    err: expect.stringContaining(said) as string,
  })
})

test('a directory without a ledger is answered, and stays without', async () => {
  const directory = join(tempDirectory(), 'records')
  mkdirSync(directory)
  const answer = await run('', 'verify', '--records', directory)
  expect(answer).toMatchObject({
    code: 1,
    err: expect.stringContaining('does not exist') as string,
  })
  expect(await run('', 'verify', '--records', directory)).toEqual(answer)
})
