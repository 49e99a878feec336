import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { incidents } from '../../commands/incidents.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../../records/journal/journal-schema.ts'
import { holdsOf } from '../../records/journal/legal-holds.ts'
import { EVIDENCE_DAYS } from '../../records/journal/retention-classes.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { AT } from '../records/alerts/sample-alerts.ts'
import { openDatabase } from '../../records/sqlite/open-database.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { alertScene, REASON } from './alert-scene.ts'

const DSL = ['--actor', 'p-0001', ...REASON]

async function opened() {
  const scene = alertScene(incidents)
  const { out } = await scene.run('open', scene.alert, '--class', 'self_harm_suicide', ...DSL)
  return { ...scene, out, id: out.slice(0, 26) }
}

test('from an alert to its end: each step is the DSL’s and is listed', async () => {
  const { id, out, run } = await opened()
  expect(out).toContain(
    'self_harm_suicide [high] about p-1001, for dsl: not acknowledged, due today',
  )
  const steps = [
    ['acknowledge', id],
    ['note', id],
    ['refer', id, '--to', 'LocalService'],
    ['close', id, '--outcome', 'support'],
  ]
  for (const step of steps) expect(await run(...step, ...DSL)).toMatchObject({ code: 0, err: '' })
  expect((await run('list', '--actor', 'p-0001')).out).toMatch(/closed: support, 5 events$/)
  expect(await run('note', id, ...DSL)).toMatchObject({ code: 1, err: 'the incident is closed' })
})

function holdsIn(directory: string) {
  const db = openDatabase(join(directory, JOURNAL_FILE), JOURNAL_SCHEMA, { readOnly: true })
  const holds = holdsOf(db).map((hold) => ({ ...hold }))
  db.close()
  return holds
}

/** The entries of the ledger about holds, and by whom. */
function holdEntries(directory: string) {
  const ledger = openLedger(directory, { readOnly: true })
  const entries = [...ledger.entries()].filter(({ kind }) => kind.startsWith('hold.'))
  ledger.close()
  return entries.map(({ kind, object_id: hold, actor, reason, after }) => ({
    ...{ kind, hold, actor, reason, after },
  }))
}

test('the entries that it stands on are held for it by an entry of the ledger, and no others', async () => {
  const { id, directory } = await opened()
  expect(holdsIn(directory)).toMatchObject([
    { placedBy: 'p-0001', firstSeq: 2, lastSeq: 2, incidentRef: id, personRef: 'p-1001' },
  ])
  // What is written about the pupil stays in the incident.
  const reason = `evidence of incident ${id}`
  const after = { gate: 'gate-1', first: 2, last: 2, person: 'p-1001', incident: id, until: null }
  expect(holdEntries(directory)).toMatchObject([
    { kind: 'hold.put', hold: '1', actor: 'p-0001', reason, after },
  ])
})

test('closed, its entries are held for seven years more and then let go, both in the ledger', async () => {
  const { id, directory, run } = await opened()
  await run('acknowledge', id, ...DSL)
  expect(await run('close', id, '--outcome', 'support', ...DSL)).toMatchObject({ code: 0, err: '' })
  const until = new Date(AT + EVIDENCE_DAYS * 86_400_000).toISOString()
  expect(holdEntries(directory).slice(1)).toMatchObject([
    { kind: 'hold.put', hold: '2', actor: 'p-0001', after: { incident: id, first: 2, until } },
    { kind: 'hold.release', hold: '1', actor: 'p-0001' },
  ])
  expect(holdsIn(directory)).toMatchObject([
    { ledgerId: '2', until, releasedAt: null },
    { ledgerId: '1', until: null, releasedAt: new Date(AT).toISOString() },
  ])
})

test('a teacher opens one and so holds its entries; who has no office opens none', async () => {
  const { alert, directory, run } = alertScene(incidents)
  const open = ['open', alert, '--class', 'bypass', ...REASON]
  expect(await run(...open, '--actor', 'p-0009')).toMatchObject({
    code: 1,
    err: expect.stringContaining('the entries can’t be held') as string,
  })
  expect([holdEntries(directory), holdsIn(directory)]).toEqual([[], []])
  expect(await run(...open, '--actor', 'p-0005')).toMatchObject({ code: 0, err: '' })
  expect(holdEntries(directory)).toMatchObject([{ kind: 'hold.put', actor: 'p-0005' }])
})

test('the hand-over is two private files that belong together', async () => {
  const { id, run } = await opened()
  const folder = tempDirectory()
  expect(await run('handover', id, '--out', folder, ...DSL)).toMatchObject({ code: 0, err: '' })
  const [json, text] = ['json', 'txt'].map((kind) => join(folder, `incident-${id}.${kind}`))
  const sha256 = hash('sha256', readFileSync(json ?? ''), 'hex')
  expect(readFileSync(text ?? '', 'utf8')).toContain(sha256)
  expect(readFileSync(json ?? '', 'utf8')).toContain('"kind":"handed_over"')
  expect(statSync(json ?? '').mode & 0o777).toBe(0o600)
  expect(await run('handover', id, '--out', folder, ...DSL)).toMatchObject({
    code: 1,
    err: `\`${json ?? ''}\` is there already`,
  })
})

test('the network manager and the pupil get nowhere with it', async () => {
  const { id, alert, run } = await opened()
  for (const actor of ['p-0004', 'p-1001']) {
    const signed = ['--actor', actor, ...REASON]
    expect((await run('list', ...signed)).out).toBe('')
    expect(await run('handover', id, ...signed)).toMatchObject({
      code: 1,
      err: 'there is no such incident among yours',
    })
  }
  const about = ['open', alert, '--class', 'bypass', '--actor', 'p-1001', ...REASON]
  expect(await run(...about)).toMatchObject({
    code: 1,
    err: 'nobody opens an incident about himself',
  })
})

const WRONG: readonly [says: string, args: readonly string[], said: string][] = [
  ['no verb', [], 'usage: schoolgate incidents'],
  ['a step of nothing', ['note'], 'usage: schoolgate incidents'],
  ['nobody who acts', ['list'], 'say who acts: --actor PERSON_REF'],
  ['an outcome that is none', ['close', 'x', '--outcome', 'fine', ...DSL], '`--outcome` is one of'],
  ['a target that is none', ['refer', 'x', '--to', 'me', ...DSL], '`--to` is one of'],
]

test.each(WRONG)('%s is wrong usage', async (_says, args, said) => {
  const { code, err } = await alertScene(incidents).run(...args)
  expect([code, err.startsWith(said)]).toEqual([2, true])
})

test('what an alert without a category is about must be said, and an unknown alert is none', async () => {
  const { alert, run } = alertScene(incidents)
  expect((await run('open', alert, ...DSL)).err).toMatch(/^say with `--class` which it is: csam, /)
  expect(await run('open', 'nothing', ...DSL)).toMatchObject({
    code: 1,
    err: 'there is no alert `nothing`',
  })
})
