import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { aclRules } from '../../records/redis/acl-commands.ts'
import { RedisShipper } from '../../records/shipping/redis-shipper.ts'
import { devicePut, options, PHONE } from '../records/ledger/sample-ledger.ts'
import { PresenceGate } from '../support/presence-gate.ts'
import { RedisServer } from '../support/redis-server.ts'
import { SEEN_AT, sightingOf } from '../support/sightings.ts'
import { SpineNode, untilAgreed } from '../support/spine-scene.ts'
import { until } from '../support/until.ts'

test('a three-node cluster: ledger and journal work unchanged, and outlive the loss of their shard', async () => {
  await using cleanUp = new AsyncDisposableStack()
  const servers: RedisServer[] = []
  for (let i = 0; i < 3; i += 1) {
    // The bus port would else be `port + 10000`, which may be beyond the last one.
    const { port: bus } = await RedisServer.prepare()
    const flags = ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, '--appendonly', 'yes']
    const server = cleanUp.use(await RedisServer.prepare(...flags, '--appendfsync', 'no'))
    await server.start()
    servers.push(server)
  }
  const nodes = servers.map(({ port }) => `127.0.0.1:${port}`)
  execFileSync('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-yes'], { stdio: 'ignore' })
  const admins = await Promise.all(servers.map((server) => server.client()))
  for (const admin of admins) {
    cleanUp.use(admin)
    // It comes back by itself when its server does.
    admin.on('error', () => undefined)
    await admin.acl('SETUSER', 'gate', ...aclRules('ex'), '>secret')
    await until(
      () => admin.cluster('INFO'),
      (info) => info.includes('cluster_state:ok'),
    )
  }
  const url = `redis+cluster://gate:secret@${nodes.join(',')}`

  const one = cleanUp.use(await new SpineNode('g1', url).start())
  const other = cleanUp.use(await new SpineNode('g2', url).start())
  expect([one.spine.state.error, other.spine.state.error]).toEqual([null, null])
  await one.spine.append([devicePut(PHONE)], options(0))
  await untilAgreed([one, other], 1)

  const row = Array.from({ length: 40 }, () => 'x')
  const rowsAfter = (seq: number) => (seq < 1 ? [[1, ...row]] : [])
  const source = { journalId: 'j', headSeq: 1, rowsAfter }
  const shipper = new RedisShipper({
    url,
    site: 'ex',
    gate: 'g1',
    source,
    onShipped: () => undefined,
  })
  cleanUp.defer(() => shipper.stop(0))
  shipper.start()
  await until(
    () => shipper.state.shippedSeq,
    (seq) => seq === 1,
  )

  const time = { now: SEEN_AT }
  const here = cleanUp.use(await new PresenceGate('g1', url, () => time.now).start())
  const there = cleanUp.use(await new PresenceGate('g2', url, () => time.now).start())
  const isAt = (gate: PresenceGate, device: string | null) =>
    until(
      () => gate.deviceAt('10.8.0.7'),
      (found) => found === device,
    )
  here.tell(sightingOf({ source: 'agent', device: 'phone', addresses: ['10.8.0.7'] }))
  await isAt(there, 'phone')

  for (const admin of admins) expect(await admin.call('ACL', 'LOG')).toEqual([])

  const keeper = admins.map((admin) => admin.xlen('sg:{ex}:ledger').catch(() => -1))
  const shard = servers[(await Promise.all(keeper)).indexOf(1)]
  await shard?.kill()
  await one.untilDown()
  const refused = await one.spine.append([devicePut(PHONE)], options(1))
  expect(refused.kind).toBe('unavailable')
  const lost = devicePut({ ...PHONE, state: 'lost' })
  expect((await one.spine.append([lost], options(1))).kind).toBe('appended')
  await shard?.start()
  // Users given by command are gone with the process.
  const admin = admins[servers.findIndex((server) => server === shard)]
  await admin?.acl('SETUSER', 'gate', ...aclRules('ex'), '>secret')
  await untilAgreed([one, other], 2)

  // What ended while the shard was away, or after it, is over at both.
  time.now += 1_000
  const over = { device: 'phone', addresses: ['10.8.0.7'], at: time.now, ended: true } as const
  there.tell(sightingOf({ source: 'agent', ...over }))
  await isAt(here, null)
}, 60_000)
