import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHostCheck, type HostCheck } from '../../../proxy/dns/host-check.ts'
import { wireNameOf } from '../../../proxy/dns/wire/names.ts'
import { UnboundUpstream } from '../../e2e/unbound-upstream.ts'

let upstream: UnboundUpstream
let hosts: HostCheck

beforeAll(async () => {
  upstream = await UnboundUpstream.start({
    'alias.cat.test': 'middle.cat.test',
    'middle.cat.test': 'end.cat.test',
  })
  hosts = openHostCheck([upstream.url])
})

afterAll(async () => {
  hosts.close()
  await upstream[Symbol.asyncDispose]()
})

test('a host with an address is found', async () => {
  expect(await hosts.find('a.example')).toEqual({ kind: 'found', targets: [] })
})

test('its aliases are told, each of them', async () => {
  expect(await hosts.find('alias.cat.test')).toEqual({
    kind: 'found',
    targets: [wireNameOf('middle.cat.test'), wireNameOf('end.cat.test')],
  })
})

test('a name that does not exist, one without an address and a refusal are told apart', async () => {
  expect(await hosts.find('a.gone.test')).toEqual({ kind: 'no_such_name' })
  expect(await hosts.find('a.nodata.test')).toEqual({ kind: 'no_address' })
  expect(await hosts.find('a.broken.test')).toEqual({
    kind: 'failed',
    why: 'the upstream answers rcode 5',
  })
})

test('an upstream that nobody runs is a failure', async () => {
  const nowhere = openHostCheck(['tcp://127.0.0.1:9'])
  expect(await nowhere.find('a.example')).toEqual({
    kind: 'failed',
    why: 'no upstream can be reached',
  })
  nowhere.close()
})
