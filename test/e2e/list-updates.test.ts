import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ListServer } from '../support/list-server.ts'
import { tarOf } from '../support/tar-of.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { dnsLoad } from './dns-load.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { UnboundUpstream } from './unbound-upstream.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const TUESDAY_10 = '2026-11-24T10:00:00Z'
const LAPTOP = '127.10.10.21'

/** The example school with these lines at the end of its lists. */
function schoolWith(lines: string): string {
  const directory = tempDirectory()
  cpSync(EXAMPLES, directory, { recursive: true })
  const path = join(directory, 'policy.yaml')
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(/^lists:\n/m)
  writeFileSync(path, text.replace(/^lists:\n/m, `lists:\n${lines}`))
  return join(directory, 'gate.yaml')
}

async function ask(gate: GateProcess, name: string): Promise<string> {
  const { port } = gate.dns
  return (await run('dig', ['-b', LAPTOP, '@127.0.0.1', '-p', `${port}`, name])).out
}

const CLOSED = 'EDE: 17'
const ut1 = (...hosts: readonly string[]): Buffer =>
  gzipSync(tarOf([{ name: 'blacklists/games/domains', body: hosts.map((h) => `${h}\n`).join('') }]))

test('a gate fetches UT1’s archive, puts it in force under load, and keeps it whatever the publisher does', async () => {
  await using upstream = await UnboundUpstream.start()
  await using server = await ListServer.start()
  server.serve(ut1('one.example', 'two.example'), '"1"')
  await using gate = await GateProcess.start({
    config: schoolWith(`  - { id: ut1, url: "${server.url()}", format: ut1, every: 5m }\n`),
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url], 'lists.fetch.allowTargets': ['127.0.0.0/8'] },
  })
  const names = Array.from({ length: 50 }, (_, i) => `n${i}.life-cooking.cat.test`)
  const load = dnsLoad(gate, { from: LAPTOP, names, seconds: 3, perSecond: 1000 })
  await until(
    () => ask(gate, 'one.example'),
    (answer) => answer.includes(CLOSED),
  )
  const { sent, completed } = await load
  expect([completed, sent > 1000]).toEqual([sent, true])
  expect(await gate.metric('schoolgate_list_domains{list="ut1"}')).toBe(2)
  expect(await gate.metric('schoolgate_list_updates_total{list="ut1",outcome="updated"}')).toBe(1)
  expect(await gate.metric('schoolgate_list_age_seconds{list="ut1"}')).toBeLessThan(60)
  expect((await gate.get('/readyz')).body).not.toContain('ut1')
})

test('a list that can’t be fetched is an alarm, and the gate serves without it', async () => {
  await using upstream = await UnboundUpstream.start()
  await using server = await ListServer.start()
  await using gate = await GateProcess.start({
    config: schoolWith(`  - { id: mine, url: "${server.url()}", category: media.games }\n`),
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url], 'lists.fetch.allowTargets': ['127.0.0.0/8'] },
  })
  const { status, body } = await until(
    () => gate.get('/readyz'),
    (answer) => answer.body.includes('the server answered 404'),
  )
  expect([status, body]).toEqual([200, expect.stringContaining('nothing of it is in force')])
  expect(await ask(gate, 'one.example')).not.toContain(CLOSED)
  expect(await gate.metric('schoolgate_list_updates_total{list="mine",outcome="refused"}')).toBe(1)
})
