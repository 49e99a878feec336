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
function schoolWith(lines: string, records = '../var/example'): string {
  const directory = tempDirectory()
  cpSync(EXAMPLES, directory, { recursive: true })
  const path = join(directory, 'policy.yaml')
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(/^lists:\n/m)
  writeFileSync(path, text.replace(/^lists:\n/m, `lists:\n${lines}`))
  const gate = join(directory, 'gate.yaml')
  const from = 'lists:\n'
  const fetch = `lists:\n  fetch: { allowTargets: [127.0.0.0/8] }\n`
  const config = readFileSync(gate, 'utf8')
  expect(config).toContain(from)
  writeFileSync(gate, config.replace(from, fetch).replace('../var/example', records))
  return gate
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
    set: { 'dns.upstreams': [upstream.url] },
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
    set: { 'dns.upstreams': [upstream.url] },
  })
  const { status, body } = await until(
    () => gate.get('/readyz'),
    (answer) => answer.body.includes('the server answered 404'),
  )
  expect([status, body]).toEqual([200, expect.stringContaining('nothing of it is in force')])
  expect(await ask(gate, 'one.example')).not.toContain(CLOSED)
  expect(await gate.metric('schoolgate_list_updates_total{list="mine",outcome="refused"}')).toBe(1)
})

test('a dangerous update is held, a person lets it in and goes back, and a correction survives it all', async () => {
  await using upstream = await UnboundUpstream.start()
  await using server = await ListServer.start()
  const text = (...hosts: readonly string[]): string => hosts.map((host) => `${host}\n`).join('')
  server.serve(text('one.example', 'two.example'))
  const records = tempDirectory()
  const config = schoolWith(
    `  - { id: mine, url: "${server.url()}", category: media.games }\n`,
    records,
  )
  await using gate = await GateProcess.start({
    config,
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url], 'records.directory': records },
  })
  const tool = async (...args: readonly string[]): Promise<string> => {
    const { out, err } = await run(join(EXAMPLES, '..', 'schoolgate'), args)
    return `${out}${err}`
  }
  const because = ['--reason', 'decided in the meeting of today', '--records', records]
  const act = (...args: readonly string[]) => tool(...args, ...because, '--actor', 'p-0002')
  await tool('changes', 'appoint', 'p-0001', 'head', ...because)
  await tool('changes', 'appoint', 'p-0002', 'dsl', '--actor', 'p-0001', ...because)
  const closes = (name: string, isClosed: boolean) =>
    until(
      () => ask(gate, name),
      (answer) => answer.includes(CLOSED) === isClosed,
    )
  await closes('one.example', true)

  // One of the new hosts is asked for in this school.
  await ask(gate, 'wanted.example')
  await until(
    () => tool('lists', 'wanted', '--config', config),
    (out) => out.includes('wanted.example'),
  )
  server.serve(text('one.example', 'two.example', 'new.example', 'wanted.example', 'wrong.example'))
  expect(await tool('lists', 'update', '--config', config)).toMatch(/^mine: HELD, 1 hosts in use/m)
  expect(await tool('lists', 'held', '--config', config)).toMatch(
    /would close wanted.example as media.games to .*; asked for \d+ times/,
  )
  const { status, body } = await until(
    () => gate.get('/readyz'),
    (answer) => answer.body.includes('waits for a person'),
  )
  expect([status, body.includes('wanted')]).toEqual([200, false])
  expect(await gate.metric('schoolgate_list_held{list="mine"}')).toBe(1)
  await closes('new.example', false)

  expect(await act('corrections', 'fix', 'wrong.example', '--remove', 'media.games')).toContain(
    'done',
  )
  expect(await act('lists', 'accept', 'mine')).toContain('list `mine`, accept: done')
  await closes('new.example', true)
  await closes('wanted.example', true)
  await closes('wrong.example', false)
  expect(await act('lists', 'rollback', 'mine')).toContain('list `mine`, rollback: done')
  await closes('new.example', false)
  await closes('one.example', true)

  // What is corrected is not held for: the next day's copy comes in by itself.
  await act('corrections', 'fix', 'wanted.example', '--remove', 'media.games')
  server.serve(
    text('one.example', 'two.example', 'wanted.example', 'wrong.example', 'newer.example'),
  )
  expect(await tool('lists', 'update', 'mine', '--config', config)).toMatch(
    /^mine: updated, 5 entries/m,
  )
  await closes('newer.example', true)
  await closes('wanted.example', false)
  await closes('wrong.example', false)
})

test('a school that follows takes a list’s new copy when the trust’s canary has had it', async () => {
  await using upstream = await UnboundUpstream.start()
  await using server = await ListServer.start()
  server.serve('one.example\ntwo.example\n')
  const report = join(tempDirectory(), 'canary.json')
  const start = async (ring: string) => {
    const records = tempDirectory()
    const line = `  - { id: mine, url: "${server.url()}", category: media.games }\n`
    const config = schoolWith(line, records)
    const trust = { ring, report, holdHours: 0 }
    const text = readFileSync(config, 'utf8')
    writeFileSync(config, `${text}trust: ${JSON.stringify(trust)}\n`)
    const set = { 'dns.upstreams': [upstream.url], 'records.directory': records }
    const gate = await GateProcess.start({ config, clock: TUESDAY_10, set })
    const update = async () => {
      const args = ['lists', 'update', '--config', config]
      return (await run(join(EXAMPLES, '..', 'schoolgate'), args)).out
    }
    const closes = (name: string) =>
      until(
        () => ask(gate, name),
        (answer) => answer.includes(CLOSED),
      )
    return { gate, update, closes, [Symbol.asyncDispose]: () => gate[Symbol.asyncDispose]() }
  }
  await using canary = await start('canary')
  await using school = await start('follow')
  await canary.closes('one.example')
  await school.closes('one.example')

  server.serve('one.example\ntwo.example\nnew.example\n')
  expect(await school.update()).toBe('mine: updated, 3 entries, to wait for the canary\n')
  await until(
    () => school.gate.get('/readyz'),
    ({ body }) => body.includes('list `mine`: a newer copy waits: the canary has another one'),
  )
  expect(await ask(school.gate, 'new.example')).not.toContain(CLOSED)
  expect(await canary.update()).toBe('mine: updated, 3 entries\n')
  await canary.closes('new.example')
  await school.closes('new.example')
})
