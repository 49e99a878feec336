import { closeSync, openSync, renameSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
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

/** What a disk that lost its mind does: the first page is somebody else's. */
function tear(path: string): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, Buffer.alloc(4_096, 'school dinners '), 0, 4_096, 0)
  closeSync(fd)
}
