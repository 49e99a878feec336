import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import type { HttpConfig, HttpDeps } from '../../../proxy/http/http-config.ts'
import { openHttp } from '../../../proxy/http/open-http.ts'
import { openGate, SCHOOL } from './open-gate.ts'
import { exchange } from './raw-client.ts'
import { ScriptedPlane } from './scripted-plane.ts'

const CONFIG: HttpConfig = {
  listen: null,
  connectPorts: [443],
  allowTargets: [],
  ownEndpoints: [],
  blockPage: { listen: null, address: '127.0.0.1' },
}

const DEPS: HttpDeps = {
  lookup: () => Promise.resolve([]),
  blockRef: () => '',
  school: () => SCHOOL,
  warnKey: new Uint8Array(32),
  log: { warn: () => undefined, error: () => undefined },
}

test('listeners that the configuration leaves out are not opened, and closing works all the same', async () => {
  const service = await openHttp(new ScriptedPlane(), CONFIG, DEPS)
  expect([service.http, service.blockPage]).toEqual([null, null])
  await service.close()
  await service.close()
})

test('a port that is taken rejects, and the other listener is closed again', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const other = { host: '127.0.0.1', port: (free.address() as AddressInfo).port }
  free.close()
  const blockPage = { listen: { host: '127.0.0.1', port }, address: '127.0.0.1' }
  await expect(
    openHttp(new ScriptedPlane(), { ...CONFIG, listen: other, blockPage }, DEPS),
  ).rejects.toThrow('EADDRINUSE')
  await expect(exchange(other, '')).rejects.toThrow('ECONNREFUSED')
  taken.close()
})

test('two threads listen on one port', async () => {
  await using first = await openGate()
  await using second = await openGate({ config: { listen: first.proxy } })
  expect(second.proxy).toEqual(first.proxy)
})

test('a range that is none stops the start', async () => {
  await expect(
    openHttp(new ScriptedPlane(), { ...CONFIG, allowTargets: ['10.0.0.0/99'] }, DEPS),
  ).rejects.toThrow('`10.0.0.0/99` is not an address range')
})
