import { readdirSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { people } from '../../commands/people.ts'
import { dutiesOf } from '../../commands/ledger-access.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { verifyLedger } from '../../records/ledger/verify-ledger.ts'
import { placeHold } from '../../records/journal/legal-holds.ts'
import { purgesOf } from '../../records/journal/retention.ts'
import { AlertStore } from '../../records/alerts/alert-store.ts'
import { RedisPresence } from '../../records/presence/redis-presence.ts'
import { rememberRedis } from '../../records/redis/site-redis.ts'
import { importFiles } from '../../records/register/import-files.ts'
import {
  deskOn,
  DIRECTION_OF,
  holder,
  REASON,
  roleEdit,
} from '../records/governance/sample-desk.ts'
import { NOW, sampleSchool } from '../records/register/sample-school.ts'
import { aFinding, alertsDb } from '../records/alerts/sample-alerts.ts'
import { endedOf, entryOf } from '../records/presence/presence-contract.ts'
import { bindingOf } from '../support/bindings.ts'
import { JournalFolder, aLookup } from '../support/journal-folder.ts'
import { RedisServer } from '../support/redis-server.ts'
import { addressOf } from '../support/spine-scene.ts'
import { tempDirectory } from '../support/temp-directory.ts'

async function run(
  directory: string,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await people(args, {
    resolveRecords: (path) =>
      path === 'gate.yaml' ? { directory } : { problem: `${path}:1:1: unknown key` },
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    now: () => NOW + 5000,
    directionOf: DIRECTION_OF,
    dutiesOf,
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

async function records(): Promise<string> {
  const { files, deps, directory } = sampleSchool()
  importFiles(files, NOW, deps)
  const { desk } = deskOn(deps.ledger)
  const basedOn = deps.view.current().headSeq
  await desk.submit({ basedOn, reason: REASON, edits: [appointed] }, 'console', NOW)
  return directory
}

const appointed = roleEdit('p-0002', holder(['head']))

const ASK = ['--actor', 'p-0002', '--reason', 'asked for it after leaving']

test('export prints what is kept of one person, as JSON', async () => {
  const directory = await records()
  const { code, out } = await run(directory, 'export', 'p-0001', ...ASK, '--config', 'gate.yaml')
  expect(code).toBe(0)
  const told = JSON.parse(out) as { person: unknown; ledger: { object_id: string }[] }
  expect(told.person).toEqual({ name: 'Ada Example', email: null })
  expect(told.ledger.map(({ object_id }) => object_id)).toEqual(['p-0001', 'ada-phone'])
  expect(out).not.toContain('p-0002')
})

test('erase takes the name out and says what it does not reach', async () => {
  const directory = await records()
  const { code, out } = await run('', 'erase', 'p-0001', ...ASK, '--records', directory)
  expect(code).toBe(0)
  expect(out).toContain('the name, the address and the salt of `p-0001` are erased: ledger entry')
  expect(out).toMatch(/backups made before, .*\n.*people.csv still have them/)
  const ledger = openLedger(directory)
  onTestFinished(() => {
    ledger.close()
  })
  expect(verifyLedger(ledger)).toMatchObject({ ok: true, erased: 1 })
  const again = await run('', 'erase', 'p-0001', ...ASK, '--records', directory)
  expect(again).toMatchObject({ code: 1, err: 'there is no name under `p-0001`' })
  const { out: rest } = await run('', 'export', 'p-0001', ...ASK, '--records', directory)
  expect((JSON.parse(rest) as { person: unknown }).person).toBeNull()
})

test('V27: an export is noted as a look at the person, and is for who may have it', async () => {
  const directory = await records()
  const at = ['--records', directory]
  expect(await run('', 'export', 'p-0001', ...ASK.slice(0, 2), '--reason', 'asked', ...at)).toEqual(
    {
      code: 1,
      out: '',
      err: 'a person’s records are shown for a reason of 10 letters or more',
    },
  )
  const pupil = ['--actor', 'p-0001', '--reason', 'asked for it after leaving']
  expect(await run('', 'export', 'p-0001', ...pupil, ...at)).toEqual({
    code: 1,
    out: '',
    err: '`p-0001` is none of head, slt, dpo now, says the ledger',
  })
  await run('', 'export', 'p-0001', ...ASK, ...at)
  const { out } = await run('', 'export', 'p-0001', ...ASK, ...at)
  const { seen_by: seenBy } = JSON.parse(out) as { seen_by: unknown }
  expect(seenBy).toEqual([
    {
      ...{ ts: new Date(NOW + 5000).toISOString(), viewer: 'p-0002', role: 'head', query: '{}' },
      reason: 'asked for it after leaving',
    },
  ])
})

test('erase reaches refusals and alerts, but not what the law keeps, and says so', async () => {
  const directory = await records()
  const journal = new JournalFolder(directory)
  journal.write(
    aLookup({ person: 'p-0001' }),
    aLookup({ person: 'p-0001', host: 'bad.example', severity: 'high' }),
    aLookup({ person: 'p-0001', host: 'held.example' }),
    aLookup({ person: 'p-0002', host: 'other.example' }),
  )
  placeHold(journal.db, {
    ...{ entries: { first: 3, last: 3 }, by: 's-dsl', reason: 'police asked for it', at: NOW },
  })
  const alerts = alertsDb(directory)
  const store = new AlertStore(alerts)
  const told = { duties: ['dsl'], topic: null, now: NOW } as const
  const milder = { severity: 'low', key: '1', personRef: 'p-0001' } as const
  store.raise(aFinding(milder), told)
  store.raise(aFinding({ ...milder, severity: 'high', key: '2' }), told)
  const { out } = await run('', 'erase', 'p-0001', ...ASK, '--records', directory)
  expect(out.split('\n').slice(1, 5)).toEqual([
    '1 refusals no longer say whose they were',
    '2 refusals stay: high-risk or sealed hits, or under a legal hold',
    '1 alerts no longer say of whom they are',
    '1 alerts stay: of high severity, or part of an incident',
  ])
  const rows = journal.rows('SELECT host, person_ref, device_id, ip FROM journal ORDER BY seq')
  expect(rows.slice(1).map(({ person_ref }) => person_ref)).toEqual(['p-0001', 'p-0001', 'p-0002'])
  const nobody = /^~\w{16}$/
  const made = expect.stringMatching(nobody) as string
  expect(rows[0]).toEqual({ host: 'games.example', person_ref: made, device_id: made, ip: made })
  // The key that replaced them is in no file: nobody can try the school's people until one fits.
  expect(journal.rows('SELECT * FROM archive_keys')).toEqual([])
  expect(purgesOf(journal.db)).toMatchObject([{ rule: 'erasure', entries: 1 }])
  const left = store.newest(9).map(({ severity, personRef, ip }) => [severity, personRef, ip])
  expect(left).toEqual(
    expect.arrayContaining([
      ['low', null, null],
      ['high', 'p-0001', '127.10.10.7'],
    ]),
  )
  expect(await run('', 'erase', 'p-0001', ...ASK, '--records', directory)).toMatchObject({
    code: 1,
  })
})

test('V27: over Redis both reach what the site’s other gates know of the person, and nobody else', async () => {
  await using server = await RedisServer.prepare()
  await server.start()
  await using client = await server.client()
  const directory = await records()
  rememberRedis(directory, { gate: 'one', address: addressOf(server.url) })
  const site = new RedisPresence(client, 'ex', () => undefined)
  const seen = ['p-0001', 'p-0002'].map((person, i) => {
    const address = `10.1.0.${i}`
    const binding = bindingOf({ address, person, expires: NOW + 99_000 })
    return { ...entryOf({ address, at: NOW, expires: NOW + 99_000, binding }), ended: [endedOf()] }
  })
  await site.put(seen, NOW)
  const at = ['--records', directory]
  const told = await run('', 'export', 'p-0001', ...ASK, ...at)
  const { bindings } = JSON.parse(told.out) as { bindings: { address: string }[] }
  expect(bindings.map(({ address }) => address)).toEqual(['10.1.0.0'])
  expect(told.out).not.toContain('ap-1')

  const { code, out } = await run('', 'erase', 'p-0001', ...ASK, ...at)
  expect(code).toBe(0)
  expect(out).toContain('1 addresses of the site’s presence in Redis no longer say who is there')
  const left = await site.all(NOW)
  expect(left.map(({ binding }) => [binding?.device, binding?.person])).toEqual([
    ['phone', null],
    ['phone', 'p-0002'],
  ])

  await server.kill()
  const unheard = await run('', 'export', 'p-0001', ...ASK, ...at)
  expect(unheard).toMatchObject({ code: 0, err: expect.stringContaining('Redis') as string })
})

test('what can’t be done exits with 1', async () => {
  const directory = await records()
  expect(await run(directory, 'export', 'p-0009', ...ASK, '--records', directory)).toMatchObject({
    code: 1,
    err: 'nothing is kept of `p-0009`',
  })
  const terse = ['--actor', 'p-0002', '--reason', 'asked']
  expect(await run(directory, 'erase', 'p-0001', ...terse, '--records', directory)).toMatchObject({
    code: 1,
    err: expect.stringContaining('has less than 10 letters') as string,
  })
  const other = ['--actor', 'p-0001', '--reason', 'asked for it after leaving']
  expect(await run(directory, 'erase', 'p-0001', ...other, '--records', directory)).toMatchObject({
    code: 1,
    err: '`p-0001` has no duty that is in force',
  })
  const empty = tempDirectory()
  for (const call of [
    ['export', 'p-0001', ...ASK],
    ['erase', 'p-0001', ...ASK],
  ]) {
    expect(await run('', ...call, '--records', empty)).toMatchObject({
      code: 1,
      err: expect.stringContaining('does not exist') as string,
    })
  }
  expect(readdirSync(empty)).toEqual([])
})

const WRONG: readonly [says: string, args: readonly string[], said: string][] = [
  ['no verb', [], 'usage: schoolgate people erase'],
  ['an unknown verb', ['rename', 'p-1', '--records', '.'], 'usage: schoolgate people erase'],
  ['an unknown option', ['export', 'p-1', '--recods', '.'], "Unknown option '--recods'"],
  ['no reason', ['erase', 'p-1', '--actor', 'p-2', '--records', '.'], 'usage: schoolgate people'],
  ['nobody who does it', ['erase', 'p-1', '--reason', 'x', '--records', '.'], 'usage: schoolgate'],
  ['nobody who asks', ['export', 'p-1', '--records', '.'], 'usage: schoolgate people erase'],
  ['two people', ['export', 'p-1', 'p-2', '--records', '.'], 'usage: schoolgate people erase'],
  ['two places', ['export', 'p-1', ...ASK, '--records', '.', '--config', 'gate.yaml'], 'not both'],
  ['no place', ['export', 'p-1', ...ASK], 'usage: schoolgate people erase'],
  [
    'a broken configuration',
    ['export', 'p-1', ...ASK, '--config', 'b.yaml'],
    'b.yaml:1:1: unknown key',
  ],
]

test.each(WRONG)('%s is wrong usage, exit 2', async (_, args, said) => {
  expect(await run('', ...args)).toMatchObject({
    code: 2,
    err: expect.stringContaining(said) as string,
  })
})
