import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { DatabaseSync } from 'node:sqlite'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const TUESDAY_10 = '2026-11-24T10:00:00Z'
const BLOCK_PAGE = '127.9.9.9'

/** The example school with its library observed and its classrooms chained. */
function ownSchool(): string {
  const directory = tempDirectory()
  cpSync(join(ROOT, 'examples'), directory, { recursive: true })
  const policy = join(directory, 'policy.yaml')
  const text = readFileSync(policy, 'utf8')
    .replace(/(library: \{[^}]*)\}/, '$1, mode: observe }')
    .replace(/(classroom: \{[^}]*)\}/, '$1, mode: chain }')
  expect(text).toMatch(/mode: observe[^]*mode: chain|mode: chain[^]*mode: observe/)
  writeFileSync(policy, text)
  return join(directory, 'gate.yaml')
}

async function origin(): Promise<number> {
  const server = createServer((_request, response) => response.end('page of the origin'))
  server.listen(0, ORIGIN)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

test('an observed zone refuses nothing but what is sealed, a chained one what either filter refuses', async () => {
  await using upstream = await UnboundUpstream.start()
  const refused = {
    'life-cooking.cat.test': [`A ${BLOCK_PAGE}`],
    'childline.org.uk': [`A ${BLOCK_PAGE}`],
  }
  await using other = await UnboundUpstream.start({}, refused)
  const port = await origin()
  const config = ownSchool()
  const chain = { name: 'Other Filter', upstreams: [other.url], blockAddresses: [BLOCK_PAGE] }
  await using gate = await GateProcess.start({
    config,
    clock: TUESDAY_10,
    set: {
      'dns.upstreams': [upstream.url],
      'dns.chain': chain,
      'http.allowTargets': [`${ORIGIN}/32`],
    },
  })
  const dig = async (from: string, name: string): Promise<string> =>
    (await run('dig', ['-b', from, '@127.0.0.1', '-p', `${gate.dns.port}`, name])).out
  const page = async (from: string, url: string): Promise<string> =>
    (
      await run('curl', [
        '-s',
        '--interface',
        from,
        '-x',
        `127.0.0.1:${gate.http.port}`,
        '-H',
        'accept: application/json',
        url,
      ])
    ).out
  const [observed, chained] = ['127.10.11.21', '127.10.10.21']

  // Observed: pornography is answered, illegal material is not.
  expect(await dig(observed, 'adult-pornography.cat.test')).toContain(ORIGIN)
  expect(await page(observed, `http://adult-pornography.cat.test:${port}/`)).toContain(
    'page of the origin',
  )
  expect(await dig(observed, 'illegal-csam.cat.test')).toContain('EDE: 16')
  expect(await page(observed, `http://illegal-csam.cat.test:${port}/`)).toContain('sealed')

  // Chained: our own refusals, and those of the other filter, over DNS, HTTP and CONNECT.
  expect(await dig(chained, 'adult-pornography.cat.test')).toContain('EDE: 17')
  expect(await dig(chained, 'media-press.cat.test')).toContain(ORIGIN)
  for (let twice = 0; twice < 2; twice += 1)
    expect(await dig(chained, 'life-cooking.cat.test')).toMatch(
      /EDE: 15 .*upstream_filter: Refused by Other Filter/,
    )
  expect(await page(chained, `http://life-cooking.cat.test:${port}/`)).toContain(
    'Refused by Other Filter',
  )
  expect(await page(chained, `http://media-press.cat.test:${port}/`)).toContain(
    'page of the origin',
  )
  const posted = ['-s', '--interface', chained, '-x', `127.0.0.1:${gate.http.port}`, '-d', 'a=b']
  expect((await run('curl', [...posted, `http://media-press.cat.test:${port}/`])).out).toContain(
    'page of the origin',
  )
  // Nobody's filter closes a help line, and no other zone asks that filter.
  expect(await dig(chained, 'childline.org.uk')).toContain(ORIGIN)
  expect(await dig('127.10.12.21', 'life-cooking.cat.test')).toContain(ORIGIN)
  await gate.stop()

  using journal = new DatabaseSync(join(gate.records, 'journal.sqlite'), { readOnly: true })
  const rows = journal
    .prepare(
      'SELECT DISTINCT zone, host, action, reason_code AS reason, list_source AS source FROM journal ORDER BY zone, host, action',
    )
    .all()
    .map((row) => Object.values(row).join(' '))
    .filter((row) => !row.includes('sealed:'))
  expect(rows).toEqual([
    expect.stringMatching(/^classroom adult-pornography.cat.test block category /),
    'classroom life-cooking.cat.test block upstream_filter Other Filter',
    expect.stringMatching(/^library adult-pornography.cat.test observe category /),
  ])
  const stat = async (...more: string[]): Promise<string> =>
    (await run(join(ROOT, 'schoolgate'), ['journal', 'stat', '--records', gate.records, ...more]))
      .out
  expect(await stat('--by', 'action')).toMatch(/observe: \d/)
  const porn = /adult\.pornography: 1 attempts/
  expect(await stat()).toMatch(porn)
  expect(await stat('--action', 'observe')).toMatch(/adult\.pornography: \d/)
})

test('explain names the other filter, and a zone without one is a problem', async () => {
  await using other = await UnboundUpstream.start(
    {},
    { 'life-cooking.cat.test': [`A ${BLOCK_PAGE}`] },
  )
  const config = ownSchool()
  const chain = { name: 'Other Filter', upstreams: [other.url], blockAddresses: [BLOCK_PAGE] }
  const explain = async (...more: string[]): Promise<string> => {
    const asked = ['--config', config, '--device', 'staff-work', '--zone', 'classroom']
    const { out } = await run(join(ROOT, 'schoolgate'), ['explain', ...asked, ...more])
    return out
  }
  const set = ['--set', `dns.chain=${JSON.stringify(chain)}`]
  const cooking = ['--url', 'life-cooking.cat.test']
  expect(await explain(...set, ...cooking)).toMatch(
    /block \(upstream_filter\)[^]*Refused by Other Filter/,
  )
  expect(await explain(...set, '--url', 'media-press.cat.test', '--json')).toContain(
    '"action":"allow"',
  )
  expect(await explain(...set, ...cooking, '--at', '2026-11-24T10:00:00Z')).toContain(
    'Other Filter lets it through at that time',
  )
  const { out } = await run(join(ROOT, 'schoolgate'), ['check', config])
  expect(out).toMatch(
    /policy\.yaml:\d+:\d+: zones\.classroom\.mode: `chain` asks the filter of `dns\.chain`/,
  )
})
