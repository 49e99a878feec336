import {
  closeSync,
  cpSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { MailServer } from '../support/smtp-server.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { dnsLoad } from './dns-load.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { UnboundUpstream } from './unbound-upstream.ts'

const TUESDAY_10 = '2026-11-24T10:00:00Z'
/** A pupil's laptop in a classroom. */
const PUPIL = '127.10.10.21'

function journalSum(records: string): number {
  using journal = new DatabaseSync(join(records, 'journal.sqlite'), { readOnly: true })
  return Number(journal.prepare('SELECT sum(repeat_count) AS n FROM journal').get()?.['n'])
}

async function answerOf(gate: GateProcess, name: string): Promise<string> {
  const at = ['-b', PUPIL, '@127.0.0.1', '-p', `${gate.dns.port}`, '+time=2', '+tries=3']
  return (await run('dig', [...at, name])).out
}

/** Refused stays refused, with its reason, and help for a child in need stays open. */
async function expectClosedButForSupport(gate: GateProcess, host: string): Promise<void> {
  expect(await answerOf(gate, host)).toContain('category')
  expect(await answerOf(gate, 'childline.org.uk')).toMatch(/status: NOERROR[^]*IN\s+A\s/)
}

test('V29: a data thread that throws under load is replaced, and every attempt is recorded once', async () => {
  const fault = join(tempDirectory(), 'throw')
  await using upstream = await UnboundUpstream.start()
  await using gate = await GateProcess.start({
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url] },
    env: {
      NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'throw-in-data-thread.ts')).href}`,
      THROW_WHEN: fault,
    },
  })
  const names = Array.from({ length: 6000 }, (_, i) => `n${i}.media-games.cat.test`)
  const load = dnsLoad(gate, { from: PUPIL, names, seconds: 3, perSecond: 1500 })
  await until(
    () => gate.metric('schoolgate_journal_written_total'),
    (written) => written > 300,
  )
  writeFileSync(fault, '')
  const { sent, completed } = await load
  expect(gate.log.join('\n')).toContain('a fault in a data thread')
  // Of what was on its way into the thread some got no answer; each name was asked for once.
  expect(completed).toBeGreaterThan(sent / 2)
  await expectClosedButForSupport(gate, 'last.media-games.cat.test')
  const lost = await gate.metric('schoolgate_journal_lost_total')
  expect((await gate.stop()).code).toBe(0)
  expect(lost).toBe(0)
  const recorded = journalSum(gate.records)
  // Each that was answered, and the last one; what was written before its answer was lost counts as well.
  expect(recorded).toBeGreaterThanOrEqual(completed + 1)
  expect(recorded).toBeLessThanOrEqual(sent + 1)
})

test('V29: with its records taken away a gate decides on as before, and says so', async () => {
  await using upstream = await UnboundUpstream.start()
  await using gate = await GateProcess.start({
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url] },
  })
  await expectClosedButForSupport(gate, 'before.media-games.cat.test')
  const away = `${gate.records}-away`
  renameSync(gate.records, away)
  try {
    await expectClosedButForSupport(gate, 'after.media-games.cat.test')
    const { status } = await until(
      () => gate.get('/readyz'),
      ({ body }) => body.includes('is gone or another file'),
    )
    expect(status).toBe(200)
    await gate.stop()
  } finally {
    renameSync(away, gate.records)
  }
  expect(journalSum(gate.records)).toBeGreaterThanOrEqual(2)
})

test.each(['journal.sqlite', 'ledger.sqlite'])(
  'V29: with %s torn under it a gate decides on; the next start refuses it and overwrites nothing',
  async (file) => {
    await using upstream = await UnboundUpstream.start()
    await using gate = await GateProcess.start({
      clock: TUESDAY_10,
      set: { 'dns.upstreams': [upstream.url] },
    })
    await expectClosedButForSupport(gate, 'before.media-games.cat.test')
    tear(join(gate.records, file))
    await expectClosedButForSupport(gate, 'after.media-games.cat.test')
    gate.signal('SIGKILL')
    await gate.stop()
    // The gate may have written the page anew from its log; the disk has the last word.
    tear(join(gate.records, file))
    const torn = statSync(join(gate.records, file)).size
    const next = GateProcess.start({
      clock: TUESDAY_10,
      set: { 'dns.upstreams': [upstream.url], 'records.directory': gate.records },
    })
    await expect(next).rejects.toThrow(file)
    await expect(next).rejects.toThrow(/restore/)
    expect(statSync(join(gate.records, file)).size).toBe(torn)
  },
)

const SCHOOLGATE = join(import.meta.dirname, '..', '..', 'schoolgate')

/** What becomes of a store, and what its refusal says was found and is to be done. */
const SPOILT: readonly [
  file: string,
  spoil: (path: string) => void,
  found: RegExp,
  todo: RegExp,
][] = [
  [
    'ledger.sqlite',
    tear,
    /is not a SQLite file \(it begins with "school dinners/,
    /move its directory away and `schoolgate restore` a backup/,
  ],
  [
    'journal.sqlite',
    (path) => {
      rmSync(path)
      using db = new DatabaseSync(path)
      db.exec('CREATE TABLE bookmarks (url TEXT)')
    },
    /belongs to another program \(application id 0, ours is \d+\)/,
    /name another directory or move the file away/,
  ],
  [
    'alerts.sqlite',
    (path) => {
      using db = new DatabaseSync(path)
      db.exec('PRAGMA user_version = 99')
    },
    /was written by a newer Schoolgate \(schema 99, this one knows \d+\)/,
    /upgrade this gate, or restore a backup/,
  ],
]

/** Several starts of a gate, on a machine that may be five times slower than it could be. */
const SLOW_MS = 180_000

test(
  'a torn, a foreign and a newer store are refused with what was found, where and what to do; a backup that is restored serves',
  async () => {
    await using upstream = await UnboundUpstream.start()
    const set = { 'dns.upstreams': [upstream.url] }
    const scratch = tempDirectory()
    const [good, backup] = [join(scratch, 'good'), join(scratch, 'a.sgbackup')]
    {
      await using gate = await GateProcess.start({
        ...{ clock: TUESDAY_10, set: { ...set, 'records.directory': good } },
      })
      await expectClosedButForSupport(gate, 'before.media-games.cat.test')
      expect((await gate.stop()).code).toBe(0)
      expect((await run(SCHOOLGATE, ['backup', backup, '--records', good])).code).toBe(0)
      cpSync(good, join(scratch, 'records'), { recursive: true })
    }
    const records = join(scratch, 'records')
    const start = () =>
      GateProcess.start({ clock: TUESDAY_10, set: { ...set, 'records.directory': records } })
    for (const [file, spoil, found, todo] of SPOILT) {
      const path = join(records, file)
      const whole = readFileSync(path)
      spoil(path)
      const spoilt = readFileSync(path)
      const refused = await start().then(
        () => 'it started',
        (error: unknown) => String(error),
      )
      for (const words of [path, found, todo]) expect(refused).toMatch(words)
      expect(readFileSync(path).equals(spoilt)).toBe(true)
      writeFileSync(path, whole)
    }
    tear(join(records, 'ledger.sqlite'))
    const restore = () => run(SCHOOLGATE, ['restore', backup, '--records', records])
    // Nothing is laid over what is there.
    expect((await restore()).err).toMatch(/is not empty .*move that one away/)
    renameSync(records, `${records}-away`)
    expect(await restore()).toMatchObject({ code: 0, err: '' })
    await using gate = await start()
    await expectClosedButForSupport(gate, 'after.media-games.cat.test')
    await gate.stop()
    expect(journalSum(records)).toBe(2)
    expect((await run(SCHOOLGATE, ['ledger', 'verify', '--records', records])).code).toBe(0)
  },
  SLOW_MS,
)

test(
  'a gate whose records were lost founds a new ledger, filters, and tells the lead until that is settled',
  async () => {
    await using upstream = await UnboundUpstream.start()
    await using server = await MailServer.start()
    const set = {
      'dns.upstreams': [upstream.url],
      'records.directory': join(tempDirectory(), 'records'),
      'alerts.mail': { host: '127.0.0.1', port: server.port, from: 'g@ex.test', security: 'none' },
      'alerts.recipients': { dsl: ['dsl@ex.test'] },
    }
    {
      await using gate = await GateProcess.start({ set })
      expect((await gate.get('/readyz')).body).not.toContain('begins anew')
      await gate.stop()
      rmSync(gate.records, { recursive: true })
    }
    await using gate = await GateProcess.start({ set })
    await expectClosedButForSupport(gate, 'after.media-games.cat.test')
    const { status, body } = await until(
      () => gate.get('/readyz'),
      (answer) => answer.body.includes('the ledger begins anew on'),
    )
    expect(status).toBe(200)
    expect(body).toMatch(/the ledger that had \d+ entries on .* is lost; .*`schoolgate restore`/)
    const mail = await until(
      () => server.mails.find(({ text }) => text.includes('begins anew')),
      (found) => found !== undefined,
    )
    expect(mail?.to).toEqual(['dsl@ex.test'])
  },
  SLOW_MS,
)

/** What a disk that lost its mind does: the first page is somebody else's. */
function tear(path: string): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, Buffer.alloc(4_096, 'school dinners '), 0, 4_096, 0)
  closeSync(fd)
}
