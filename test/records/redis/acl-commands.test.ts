import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aclRules, REDIS_COMMANDS } from '../../../records/redis/acl-commands.ts'
import { POSTURE_KIND } from '../../../records/posture/shared-report.ts'
import { SiteShared } from '../../../records/presence/site-shared.ts'
import { SitePresence } from '../../../records/presence/site-presence.ts'
import { RedisShipper } from '../../../records/shipping/redis-shipper.ts'
import { RedisServer } from '../../support/redis-server.ts'
import { SEEN_AT } from '../../support/sightings.ts'
import { addressOf, SpineNode, untilAgreed } from '../../support/spine-scene.ts'
import { until } from '../../support/until.ts'
import { devicePut, options, PHONE } from '../ledger/sample-ledger.ts'
import { entryOf } from '../presence/presence-contract.ts'

test('a user with these commands and no other can do all that gates do, and nothing else', async () => {
  await using server = await RedisServer.prepare()
  await server.start()
  await using admin = await server.client()
  await admin.acl('SETUSER', 'gate', ...aclRules('ex'), '>secret')
  const url = server.url.replace('//', '//gate:secret@')

  await using one = new SpineNode('g1', url)
  await using other = new SpineNode('g2', url)
  await one.start()
  await other.start()
  await one.spine.append([devicePut(PHONE)], options(0))
  await untilAgreed([one, other], 1)
  const erase = { ...devicePut(PHONE), kind: 'person.erase' as const, after: null }
  expect((await one.spine.append([erase], options(1))).kind).toBe('appended')

  const row = Array.from({ length: 40 }, () => 'x')
  const source = {
    journalId: 'j',
    headSeq: 1,
    rowsAfter: (seq: number) => (seq < 1 ? [[1, ...row]] : []),
  }
  const shipper = new RedisShipper({
    url,
    site: 'ex',
    gate: 'g1',
    source,
    onShipped: () => undefined,
  })
  shipper.start()
  await until(
    () => shipper.state.shippedSeq,
    (seq) => seq === 1,
  )
  await shipper.stop(0)

  const heard: string[] = []
  const site = new SitePresence({
    ...{ address: addressOf(url), site: 'ex', gate: 'g1', clock: () => SEEN_AT },
    kept: () => Promise.resolve([entryOf()]),
    onEntries: (entries) => {
      heard.push(...entries.map(({ address }) => address))
      return Promise.resolve()
    },
    log: { warn: () => undefined },
  })
  site.start()
  await until(
    () => heard,
    (addresses) => addresses.includes('10.1.0.7'),
  )
  expect(site.state).toEqual({ isUp: true, error: null })
  await site.stop()

  const postures = new SiteShared({
    ...{ address: addressOf(url), site: 'ex', gate: 'g1', clock: () => SEEN_AT },
    ...{ kind: POSTURE_KIND, kept: () => Promise.resolve([]), onEntries: () => Promise.resolve() },
    log: { warn: () => undefined },
  })
  postures.start()
  await until(
    () => postures.state,
    ({ isUp }) => isUp,
  )
  await postures.stop()

  expect(await admin.call('ACL', 'LOG')).toEqual([])

  const dry = (command: string, ...args: string[]) =>
    admin.call('ACL', 'DRYRUN', 'gate', command, ...args)
  for (const [command, ...args] of [
    ['flushall'],
    ['keys', '*'],
    ['config', 'get', '*'],
    ['del', 'sg:{ex}:ledger'],
    ['xdel', 'sg:{ex}:ledger', '0-1'],
    ['hget', 'sg:{other}:people', 'p'],
    ['subscribe', 'sg:{ex}:news'],
    ['publish', 'sg:{other}:presence:#news', '1'],
    ['psubscribe', '*'],
  ] as const)
    expect(await dry(command, ...args)).toContain('no permissions')
  expect(new Set(REDIS_COMMANDS).size).toBe(REDIS_COMMANDS.length)
})

test('a user who lacks a permission is told which rules put it right', async () => {
  await using server = await RedisServer.prepare()
  await server.start()
  await using admin = await server.client()
  await admin.acl('SETUSER', 'gate', ...aclRules('ex'), '>secret', '-xrevrange')
  await using one = new SpineNode('g1', server.url.replace('//', '//gate:secret@'))
  await one.start()
  expect(one.spine.state.error).toContain('ACL SETUSER name on resetkeys ~sg:{ex}:*')
  await admin.acl('SETUSER', 'gate', '+xrevrange')
  await one.untilUp()
})

test('deploy/README.md says these rules', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../../deploy/README.md'), 'utf8')
  const [, told = ''] = /^ACL SETUSER schoolgate ([^>]*)>PASSWORD$/m.exec(readme) ?? []
  expect(told.split(/[\s\\]+/).filter((rule) => rule !== '')).toEqual(aclRules('example'))
})
