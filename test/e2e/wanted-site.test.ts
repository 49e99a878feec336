import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** A Tuesday in a lesson of primary pupils. */
const CLOCK = '2026-11-24T10:00:00Z'
/** Poppy's school tablet, in a classroom. */
const PRIMARY = '127.10.10.20'
const SITE = 'times-tables.example'

test('a site in no category that primary pupils ask for is in the queue, and one command opens it to them', async () => {
  const directory = tempDirectory()
  cpSync(join(ROOT, 'examples'), directory, { recursive: true })
  const config = join(directory, 'gate.yaml')
  const records = join(directory, 'records')
  mkdirSync(records)
  writeFileSync(config, readFileSync(config, 'utf8').replace('../var/example', 'records'))
  await using upstream = await UnboundUpstream.start()
  await using gate = await GateProcess.start({
    config,
    clock: CLOCK,
    set: { 'dns.upstreams': [upstream.url], 'records.directory': records },
  })
  const dns = async (): Promise<string> => {
    const { port } = gate.dns
    return (await run('dig', ['-b', PRIMARY, '@127.0.0.1', '-p', `${port}`, SITE])).out
  }
  const tool = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(join(ROOT, 'schoolgate'), args)
    expect([code, err]).toEqual([0, ''])
    return out
  }
  const desk = ['--reason', 'looked at it with the class teacher', '--records', records]
  expect(await dns()).toMatch(/EDE: 17 .*category/)

  const queue = () => tool('lists', 'wanted', '--config', config, '--json')
  const asked = await until(queue, (out) => out.includes(SITE), 25_000)
  expect(JSON.parse(asked.split('\n')[0] ?? '')).toMatchObject({ site: SITE })

  await tool('changes', 'appoint', 'p-0004', 'head', ...desk)
  await tool('changes', 'appoint', 'p-0005', 'dsl', '--actor', 'p-0004', ...desk)
  const label = ['corrections', 'fix', SITE, '--add', 'edu.allow', '--actor', 'p-0005']
  await tool(...label, ...desk, '--clock', CLOCK)
  await until(dns, (out) => out.includes(ORIGIN))
  expect(await queue()).not.toContain(SITE)
}, 60_000)
