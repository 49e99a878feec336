import { tokenMemory } from '../../proxy/clients/token-table.ts'
import { DeviceTable } from '../../proxy/bandwidth/device-table.ts'
import { SharedTimes } from '../../proxy/shared-times.ts'
import { afterEach, expect, test } from 'vitest'
import { bindingMemory } from '../../proxy/clients/binding-table.ts'
import { Fleet } from '../../proxy/fleet.ts'
import type { Bundle } from '../../proxy/policy/bundle.ts'
import type { MeterSnapshot } from '../../proxy/metrics/meter.ts'
import type { ThreadStart } from '../../proxy/thread-messages.ts'
import { makeRing } from '../../records/rings/byte-ring.ts'
import { NO_PERMISSIONS } from '../../rules/permissions/permissions.ts'
import { readExamplePolicy } from '../examples/example-engine.ts'
import { deviceOf } from '../support/sample-facts.ts'
import { until } from '../support/until.ts'

const START: Omit<ThreadStart, 'number' | 'ring' | 'bundle' | 'postures'> = {
  site: 'ex',
  clockOffsetMs: 0,
  blockRefKey: new Uint8Array(32),
  warnKey: new Uint8Array(32),
  portalKey: new Uint8Array(32),
  warnPasses: SharedTimes.memory(),
  bindings: bindingMemory(256, [1, 2]),
  tokens: tokenMemory(0),
  identity: null,
  devices: { memory: DeviceTable.memory(), key: new Uint8Array(32) },
  tallySalt: { low: 1, high: 2 },
  dns: {
    udp: { host: '127.0.0.1', port: 0 },
    tcp: null,
    doh: null,
    upstreams: [],
    maxTtl: 300,
    cacheEntries: 16,
    chain: null,
  },
  http: { listen: null, connectPorts: [], allowTargets: [], ownEndpoints: [], portal: null },
  blockPage: { listen: null, address: '127.0.0.1' },
}

const bundleOf = (revision: number): Bundle => ({
  revision,
  policy: readExamplePolicy(),
  permissions: NO_PERMISSIONS,
  devices: [],
  stranger: null,
  listImage: new SharedArrayBuffer(0),
  policyImage: new SharedArrayBuffer(0),
  sealed: null,
})

const open: Fleet[] = []

afterEach(async () => {
  for (const fleet of open.splice(0)) await fleet.stop(0)
})

function scriptedFleet(threads: number) {
  const lines: string[] = []
  const gone: (MeterSnapshot | null)[] = []
  const log = {
    warn: (_details: object, message: string) => lines.push(message),
    error: (_details: object, message: string) => lines.push(message),
  }
  const visits = [{ at: 0, host: 'h', cause: 'c', reasonCode: 'category', blockRef: 'AAAA-AAAA' }]
  const fleet = new Fleet(
    {
      entry: new URL('./scripted-thread.ts', import.meta.url),
      start: START,
      rings: Array.from({ length: threads }, () => makeRing(16_384)),
      log,
      onGone: (last) => gone.push(last),
      onRuleHits: () => undefined,
      onMetered: () => undefined,
      onLookups: () => undefined,
      onSeenByToken: () => undefined,
      recent: (who) => Promise.resolve(who === 'tablet' ? visits : []),
    },
    bundleOf(1),
  )
  open.push(fleet)
  return { fleet, lines, gone }
}

test('the first thread binds and the others are born with its ports', async () => {
  const { fleet } = scriptedFleet(3)
  expect((await fleet.open()).dnsUdp).toEqual({ host: '127.0.0.1', port: 4000 })
  expect(fleet.size).toBe(3)
})

test('a swap is answered by every thread, a failed one with its reason', async () => {
  const { fleet } = scriptedFleet(2)
  await fleet.open()
  expect(await fleet.swap(bundleOf(2))).toEqual([
    { thread: 0, ok: true, tookMs: 1, cut: 2 },
    { thread: 1, ok: true, tookMs: 1, cut: 2 },
  ])
  expect(await fleet.swap(bundleOf(13))).toContainEqual({
    thread: 1,
    ok: false,
    message: 'cannot be opened',
  })
})

test('devices and policy are sent with a revision only where they are others than the thread has', async () => {
  const { fleet, lines } = scriptedFleet(1)
  await fleet.open()
  const first = bundleOf(2)
  await fleet.swap(first)
  await fleet.swap({ ...first, revision: 3 })
  await fleet.swap({ ...first, revision: 4, devices: [deviceOf({ id: 'new' })] })
  await fleet.swap({ ...bundleOf(5), policy: { ...first.policy } })
  await until(
    () => lines,
    (seen) => seen.length >= 4,
  )
  const school = first.policy.school.name
  expect(lines).toEqual([
    `2: 0 devices, ${school}`,
    '3: the same devices, the same policy',
    '4: 1 devices, the same policy',
    `5: 0 devices, ${school}`,
  ])
})

test('threads that throw are replaced at once, with the newest revision, and counted', async () => {
  const { fleet, lines, gone } = scriptedFleet(2)
  await fleet.open()
  const before = await fleet.report()
  const began = performance.now()
  const swap = fleet.swap(bundleOf(666))
  await until(
    () => fleet.restarts,
    (restarts) => restarts === 2,
  )
  await until(
    () => fleet.size,
    (size) => size === 2,
  )
  // The aim is one second (design.md section 7); two cores that run other tests beside this get three.
  expect(performance.now() - began).toBeLessThan(3000)
  expect(gone).toEqual(before)
  expect(lines).toContain('a data thread threw')
  const after = await until(
    () => fleet.report(),
    (reports) => reports.length === 2,
  )
  expect(after[0]?.cells).toEqual([['lives', {}, 666]])
  // Nobody is left waiting for a thread that is gone.
  expect((await swap).every(({ ok }) => !ok)).toBe(true)
})

test('a question to the journal comes back to its asker', async () => {
  const { fleet, lines } = scriptedFleet(2)
  await fleet.open()
  await until(
    () => lines,
    (seen) => seen.includes('1 visits'),
  )
  expect(lines).toEqual(['1 visits'])
})

test('a port that cannot be had rejects the start and leaves no thread behind', async () => {
  const { fleet } = scriptedFleet(1)
  const broken = new Fleet(
    {
      entry: new URL('./no-such-thread.ts', import.meta.url),
      start: START,
      rings: [makeRing(16_384)],
      log: { warn: () => undefined, error: () => undefined },
      onGone: () => undefined,
      onRuleHits: () => undefined,
      onMetered: () => undefined,
      onLookups: () => undefined,
      onSeenByToken: () => undefined,
      recent: () => Promise.resolve([]),
    },
    bundleOf(1),
  )
  await expect(broken.open()).rejects.toThrow()
  await until(
    () => broken.size,
    (size) => size === 0,
  )
  await fleet.open()
})

test('self-test addresses are told to every thread, and one that does not say that it knows them is told', async () => {
  const { fleet } = scriptedFleet(2)
  await fleet.open()
  const standIn = { address: '127.255.1.1', device: null, zone: 'library' }
  expect(await fleet.standIn([standIn])).toBe(true)
  expect(await fleet.standIn(Array.from({ length: 9 }, () => standIn))).toBe(false)
})

test('what devices report is told to every thread, and nothing when there is nothing', async () => {
  const { fleet, lines } = scriptedFleet(2)
  await fleet.open()
  fleet.changePostures([])
  fleet.changePostures([{ device: 'a', posture: 'stale', wake: null }])
  await until(
    () => lines.filter((line) => line === '1 postures').length,
    (told) => told === 2,
  )
  expect(lines.filter((line) => line.endsWith('postures'))).toHaveLength(2)
})

test('every thread is told of a renewed certificate', async () => {
  const { fleet, lines } = scriptedFleet(2)
  await fleet.open()
  fleet.useIdentity({ certificate: 'renewed', key: '', isSelfSigned: false, expires: 0 })
  await until(
    () => lines.filter((line) => line === 'renewed').length,
    (told) => told === 2,
  )
})
