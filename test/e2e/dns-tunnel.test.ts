import { appendFileSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { dnscatNames } from '../support/tunnel-names.ts'
import { until } from '../support/until.ts'
import { dnsLoad } from './dns-load.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** A school laptop in the staffroom, open at any hour, and another teacher's own in the same room. */
const LAPTOP = '127.10.20.10'
const OTHER = '127.10.20.8'

test('V06: a tunnel through DNS is closed to its device within seconds, and to no other', async () => {
  await using upstream = await UnboundUpstream.start()
  const directory = tempDirectory()
  cpSync(join(ROOT, 'examples'), directory, { recursive: true })
  appendFileSync(join(directory, 'policy.yaml'), 'dns_tunnel: { block_min: 60 }\n')
  const config = join(directory, 'gate.yaml')
  await using gate = await GateProcess.start({ config, set: { 'dns.upstreams': [upstream.url] } })
  const reasonOf = async (name: string, from = LAPTOP): Promise<string | null> => {
    const { out } = await run('dig', ['-b', from, '@127.0.0.1', '-p', `${gate.dns.port}`, name])
    return /EDE: 1[567] \(\w+\): \(([\w:]+): /.exec(out)?.[1] ?? null
  }
  expect(await reasonOf('x.tunnel.example')).toBeNull()
  const names = dnscatNames('tunnel.example', 300)
  await dnsLoad(gate, { from: LAPTOP, names, seconds: 3, perSecond: 100 })
  await until(
    () => reasonOf('y.tunnel.example'),
    (reason) => reason === 'bypass:dns_tunnel',
    60_000,
  )
  expect(await reasonOf('bbc.co.uk')).toBeNull()
  expect(await reasonOf('y.tunnel.example', OTHER)).toBeNull()
  const { out } = await run(join(ROOT, 'schoolgate'), [
    ...['sanctions', 'list', '--records', gate.records],
  ])
  expect(out).toMatch(/^s\d+: \S+ \(staff\), `tunnel\.example` closed until /m)
  expect(await gate.metric('schoolgate_sanctions_total')).toBe(1)
}, 240_000)
