import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { compileLists } from '../../../../../proxy/lists/compile-lists.ts'
import { copySources } from '../../../../../proxy/lists/feeds/copy-sources.ts'
import { copyInForce } from '../../../../../proxy/lists/feeds/feed-state.ts'
import { FeedStore } from '../../../../../proxy/lists/feeds/feed-store.ts'
import { FETCH_LIMITS } from '../../../../../proxy/lists/feeds/fetch-limits.ts'
import { entriesByPart } from '../../../../../proxy/lists/feeds/judge-copy.ts'
import { updateInWorker } from '../../../../../proxy/lists/feeds/update-in-worker.ts'
import { NO_CHOICE } from '../../../../../records/governance/list-choice.ts'
import { ListImage } from '../../../../../rules/lists/list-image.ts'
import type { FetchedListPolicy } from '../../../../../rules/policy/policy.ts'
import { searchPath } from '../../../../support/debian-packages.ts'
import { tempDirectory } from '../../../../support/temp-directory.ts'
import { until } from '../../../../support/until.ts'

const RULES = 3000
/** Those that the zone lists or excepts, then two that it does not know. */
const ASKED = [
  'h0.test',
  'www.h2999.test',
  'six.test',
  '192.0.2.1',
  'kind.test',
  'h.test',
  '192.0.2.2',
]
const LISTED = 5
const BUILT_AT = '2026-11-25T00:00:00Z'
const KEYS = ['hmac-sha256', 'hmac-sha512'].map(
  (algorithm) => [algorithm, Buffer.from(algorithm.padEnd(40, '.')).toString('base64')] as const,
)

const zoneFile = (serial: number, rules: number) => `$TTL 60
@ SOA ns.rpz.example. host.rpz.example. ${serial} 60 60 600 60
@ NS ns.rpz.example.
ns A 192.0.2.53
kind.test CNAME rpz-passthru.
32.1.2.0.192.rpz-ip CNAME .
six.test AAAA ::
${Array.from({ length: rules }, (_, i) => `h${i}.test CNAME .\n*.h${i}.test CNAME .\n`).join('')}`

/** The name server of ISC on loopback, primary of one zone to everybody and of the others by a key each. */
async function startNamed() {
  const directory = tempDirectory()
  const port = await freePort()
  const zones = ['open', ...KEYS.map(([algorithm]) => algorithm)].map((zone) => {
    const who = zone === 'open' ? 'any' : `key "gate-${zone}"`
    return `zone "${zone}.rpz" { type primary; file "zone"; allow-transfer { ${who}; }; };`
  })
  const keys = KEYS.map(([name, secret]) => {
    return `key "gate-${name}" { algorithm ${name}; secret "${secret}"; };`
  })
  const options = [
    `directory "${directory}"; pid-file none; session-keyfile "${join(directory, 'session')}";`,
    `listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
    'recursion no; dnssec-validation no; notify no; check-names primary ignore;',
  ]
  const config = `options { ${options.join('\n')} };\ncontrols {};\n${[...keys, ...zones].join('\n')}\n`
  writeFileSync(join(directory, 'named.conf'), config)
  const serve = (serial: number, rules: number) => {
    writeFileSync(join(directory, 'zone'), zoneFile(serial, rules))
  }
  serve(1, RULES)
  const env = { ...process.env, PATH: searchPath() }
  const words = ['-g', '-c', join(directory, 'named.conf'), '-n', '1']
  const daemon = spawn('named', words, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  daemon.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  onTestFinished(async () => {
    const gone = once(daemon, 'exit')
    daemon.kill('SIGKILL')
    await gone
  })
  const reload = async (serial: number, rules: number) => {
    serve(serial, rules)
    daemon.kill('SIGHUP')
    await until(
      () => log,
      (text) => text.split(`loaded serial ${serial}\n`).length > zones.length,
    )
  }
  await until(
    () => log,
    (text) => text.split('loaded serial 1\n').length > zones.length && text.includes('running\n'),
  )
  await until(() => accepts(port), Boolean)
  return { port, directory, reload }
}

function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise((resolve) => {
    socket.on('close', (hadError) => {
      resolve(!hadError)
    })
    socket.on('error', () => undefined)
    socket.on('connect', () => socket.destroy())
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function school(port: number, directory: string, zone: string, tsig: string | null) {
  const list: FetchedListPolicy = {
    ...{ kind: 'url', id: 'rpz', url: `axfr://127.0.0.1:${port}/${zone}.rpz`, everyMs: 300_000 },
    ...{ format: 'rpz', category: 'sec.malware', tsig, version: 'test' },
  }
  const records = tempDirectory()
  const store = new FeedStore(records)
  const update = () =>
    updateInWorker(
      {
        ...{ list, records, limits: FETCH_LIMITS, caFile: null, directory, choice: undefined },
        rules: { allowTargets: ['127.0.0.0/8'], ownEndpoints: [] },
        ...{ against: null, sites: { mustAllow: null, popular: null }, follows: false },
      },
      new AbortController().signal,
    )
  const inForce = () => copyInForce(store.read(list), NO_CHOICE)
  const compiled = async (zone: string) => {
    const file = join(records, 'zone')
    writeFileSync(file, zone)
    const { sources, image } = await compileLists(copySources(list, file), { builtAt: BUILT_AT })
    const lists = image === null ? null : ListImage.trust(image)
    if (!(lists instanceof ListImage)) throw new Error('no image')
    return { entries: entriesByPart(sources), holders: ASKED.map((host) => lists.holders(host)) }
  }
  const copy = () => readFileSync(store.pathOf(list.id, inForce()?.digest ?? ''), 'utf8')
  return { update, inForce, compiled, copy, state: () => store.read(list) }
}

test('a response policy zone of a real primary comes signed and unsigned, and again only with a new serial', async () => {
  const { port, directory, reload } = await startNamed()
  for (const [name, secret] of KEYS)
    writeFileSync(join(directory, `${name}.key`), `gate-${name} ${name} ${secret}\n`)
  const open = school(port, directory, 'open', null)
  const schools = [open, ...KEYS.map(([name]) => school(port, directory, name, `${name}.key`))]
  for (const each of schools) {
    expect(await each.update()).toMatchObject({ kind: 'updated' })
    expect(each.state().etag).toBe('serial 1')
    expect(await each.update()).toEqual({ kind: 'same', message: 'nothing newer' })
  }
  // What was transferred says what the primary's own file says.
  const { entries, holders } = await open.compiled(`$ORIGIN open.rpz.\n${zoneFile(1, RULES)}`)
  expect(entries).toEqual({ 'rpz/sec.malware sec.malware': RULES + 2 })
  expect(open.inForce()?.entries).toEqual(entries)
  expect(holders.map(({ length }) => length > 0)).toEqual(ASKED.map((_, i) => i < LISTED))
  expect(await open.compiled(open.copy())).toEqual({ entries, holders })
  await reload(2, RULES + 10)
  for (const each of schools) {
    expect(await each.update()).toMatchObject({ kind: 'updated' })
    expect(each.state().etag).toBe('serial 2')
  }
})

test('a real primary refuses whoever has no key, another key or another secret; the old copy stays', async () => {
  const { port, directory, reload } = await startNamed()
  const [name, secret] = KEYS[0] ?? ['', '']
  const write = (line: string) => {
    writeFileSync(join(directory, 'key'), line)
  }
  write(`gate-${name} ${name} ${secret}`)
  const keyed = school(port, directory, name, 'key')
  expect(await keyed.update()).toMatchObject({ kind: 'updated' })
  const good = keyed.inForce()?.digest
  await reload(2, RULES + 10)
  const refused = async (why: RegExp) => {
    const message = expect.stringMatching(why) as string
    expect(await keyed.update()).toMatchObject({ kind: 'refused', message })
    expect(keyed.inForce()?.digest).toBe(good)
  }
  write(`gate-${name} ${name} ${Buffer.alloc(32).toString('base64')}`)
  await refused(/BADSIG/)
  write(`nobody ${name} ${secret}`)
  await refused(/BADKEY/)
  write(`gate-${name} hmac-md5 ${secret}`)
  await refused(/the algorithm is not/)
  const bare = school(port, directory, name, null)
  const message = expect.stringMatching(/REFUSED/) as string
  expect(await bare.update()).toMatchObject({ kind: 'refused', message })
})
