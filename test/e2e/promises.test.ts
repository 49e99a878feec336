import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const LESSON = '2026-11-24T10:00:00Z'

/** A gate at ten on a school day that puts its promises to the test at once. */
async function promisingGate(config: string, upstream: UnboundUpstream): Promise<GateProcess> {
  return GateProcess.start({
    ...{ config, clock: LESSON },
    set: {
      'dns.upstreams': [upstream.url],
      // The upstream's every name is on loopback, which the proxy refuses otherwise.
      'http.allowTargets': [`${ORIGIN}/32`],
      'selfTest.firstAfterSeconds': 0,
    },
  })
}

async function tested(gate: GateProcess): Promise<void> {
  await until(
    () => gate.metric('schoolgate_promise_runs_total'),
    (runs) => runs > 0,
  )
}

const results = (config: string, gate: GateProcess) =>
  run(join(ROOT, 'schoolgate'), [
    ...['promises', 'results', '--config', config, '--json', '--limit', '500'],
    ...['--set', `records.directory=${gate.records}`],
  ])

test('the example school’s promises are kept on the wire, and no pupil’s record tells of it', async () => {
  const config = join(ROOT, 'examples', 'gate.yaml')
  await using upstream = await UnboundUpstream.start()
  await using gate = await promisingGate(config, upstream)
  await tested(gate)
  expect(await gate.metric('schoolgate_promises{state="broken"}')).toBe(0)
  expect(await gate.metric('schoolgate_promises{state="unanswered"}')).toBe(0)
  // Exams are not now; the others are asked over DNS and HTTP.
  expect(await gate.metric('schoolgate_promises{state="kept"}')).toBeGreaterThanOrEqual(10)
  expect((await gate.get('/readyz')).body).not.toContain('promise')
  const { code, out } = await results(config, gate)
  expect(code).toBe(0)
  const notes = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; asked: number; state: string })
  expect(notes.find(({ id }) => id === 'help-always')).toMatchObject({ state: 'kept' })
  expect(notes.find(({ id }) => id === 'help-always')?.asked).toBeGreaterThan(10)
  await gate.stop()
  const journal = new DatabaseSync(join(gate.records, 'journal.sqlite'), { readOnly: true })
  expect(journal.prepare('SELECT count(*) AS entries FROM journal').get()).toEqual({ entries: 0 })
  expect(journal.prepare('SELECT count(*) AS hosts FROM tally').get()).toEqual({ hosts: 0 })
  journal.close()
})

test('a promise that the running gate does not keep degrades it, and is evidence', async () => {
  const folder = tempDirectory()
  cpSync(join(ROOT, 'examples'), folder, { recursive: true })
  const policy = join(folder, 'policy.yaml')
  const wrong = `promises:
  - id: no-news
    says: Nobody reads the news.
    who: { role: staff, ownership: personal, type: phone }
    zone: staffroom
    url: bbc.co.uk
    expect: block
`
  writeFileSync(policy, readFileSync(policy, 'utf8').replace('promises:\n', wrong))
  const config = join(folder, 'gate.yaml')
  await using upstream = await UnboundUpstream.start()
  await using gate = await promisingGate(config, upstream)
  await tested(gate)
  expect(await gate.metric('schoolgate_promises{state="broken"}')).toBe(1)
  const ready = await gate.get('/readyz')
  expect(ready.status).toBe(200)
  expect(ready.body).toContain('promise `no-news` is broken')
  const { code, out } = await results(config, gate)
  expect(code).toBe(1)
  expect(out).toMatch(
    /"id":"no-news".*"state":"broken".*a personal phone of staff in staffroom asked over DNS for bbc\.co\.uk and was open/,
  )
})
