import { expect, test } from 'vitest'
import { PostureWatch } from '../../../proxy/clients/posture-watch.ts'
import type { StoredReport } from '../../../records/posture/posture-store.ts'
import type { AgentFacts } from '../../../records/register/register.ts'
import { DEFAULT_POSTURE_RULES } from '../../../rules/posture/posture-rules.ts'
import { postureOf } from '../../support/sample-posture.ts'

const T = Date.parse('2026-11-25T09:00:00Z')
const MINUTE = 60_000
const ENROLLED: AgentFacts = { publicKey: 'k', invitation: null, revoked: false }

function sceneOf(agents: Readonly<Record<string, AgentFacts>>) {
  const scene = {
    now: T,
    agents: new Map(Object.entries(agents)) as ReadonlyMap<string, AgentFacts>,
    rules: DEFAULT_POSTURE_RULES,
    reports: [] as StoredReport[],
    put: (device: string, facts = postureOf(), more: Partial<StoredReport> = {}) => {
      const ts = new Date(scene.now).toISOString()
      const report: StoredReport = {
        ...{ device, ts, nonce: 'n', at: scene.now, facts, failingSince: {} },
        ...more,
      }
      scene.reports.push(report)
    },
    look: () => watch.look(),
    standings: () => Object.fromEntries(watch.standings()),
  }
  const watch = new PostureWatch({
    store: {
      since: (change) => ({ reports: scene.reports.slice(change), change: scene.reports.length }),
    },
    register: () => ({ agents: scene.agents }),
    rules: () => scene.rules,
    clock: () => scene.now,
  })
  return scene
}

test('a device with an agent that was never heard of is stale from the first look', () => {
  const scene = sceneOf({ laptop: ENROLLED })
  expect(scene.look()).toEqual([{ device: 'laptop', posture: 'stale', wake: null }])
  expect(scene.look()).toEqual([])
})

test('one that was only invited is judged as before', () => {
  const invitation = { codeHash: 'h', until: '2026-12-01T00:00:00Z' }
  const scene = sceneOf({ laptop: { publicKey: null, invitation, revoked: false } })
  expect(scene.look()).toEqual([])
  expect(scene.standings()).toEqual({})
})

test('reports are told when they change something, and silence when its time has come', () => {
  const scene = sceneOf({ laptop: ENROLLED, other: ENROLLED })
  scene.look()
  scene.put('laptop')
  expect(scene.look()).toEqual([{ device: 'laptop', posture: 'ok', wake: null }])
  scene.now += 15 * MINUTE
  scene.put('laptop')
  expect(scene.look()).toEqual([])
  scene.put('laptop', postureOf({ firewall: false, screen_lock: false }))
  expect(scene.look()).toEqual([{ device: 'laptop', posture: 'failed:screen_lock', wake: null }])
  scene.now += 30 * MINUTE
  expect(scene.look()).toEqual([{ device: 'laptop', posture: 'stale', wake: null }])
})

test('a device that was in order when it fell silent may have slept; not for weeks', () => {
  const scene = sceneOf({ laptop: ENROLLED })
  scene.put('laptop')
  scene.look()
  scene.now += 30 * MINUTE
  const wake = { posture: 'ok', forMs: 2 * MINUTE }
  expect(scene.look()).toEqual([{ device: 'laptop', posture: 'stale', wake }])
  const later = sceneOf({ laptop: ENROLLED })
  later.put('laptop', postureOf(), { at: T - 8 * 86_400_000 })
  expect(later.look()).toEqual([{ device: 'laptop', posture: 'stale', wake: null }])
})

test('time that was given runs out between two reports', () => {
  const scene = sceneOf({ laptop: ENROLLED })
  scene.rules = { ...scene.rules, graceHours: { patches: 1 } }
  const failingSince = { patches: T - 50 * MINUTE }
  scene.put('laptop', postureOf({ patch_age_days: 40 }), { failingSince })
  expect(scene.look()).toEqual([{ device: 'laptop', posture: 'ok', wake: null }])
  expect(scene.standings()).toEqual({ grace: 1 })
  scene.now += 10 * MINUTE
  expect(scene.look()).toEqual([{ device: 'laptop', posture: 'failed:patches', wake: null }])
})

test('another policy judges the same reports anew', () => {
  const scene = sceneOf({ laptop: ENROLLED })
  scene.put('laptop', postureOf({ firewall: false }))
  expect(scene.look()).toMatchObject([{ posture: 'ok' }])
  scene.rules = { ...scene.rules, checks: { ...scene.rules.checks, firewall: true } }
  expect(scene.look()).toMatchObject([{ posture: 'failed:firewall' }])
})

test('a revoked agent leaves its device stale, whatever it said', () => {
  const scene = sceneOf({ laptop: ENROLLED })
  scene.put('laptop')
  scene.look()
  scene.agents = new Map([['laptop', { publicKey: null, invitation: null, revoked: true }]])
  expect(scene.look()).toEqual([{ device: 'laptop', posture: 'stale', wake: null }])
})

test('a device without an agent stands as its device management last saw it, for a week, and nothing wakes it', () => {
  const scene = sceneOf({})
  const chromebook = postureOf({
    os: 'chromeos',
    av: { product: null, running: null, defs_age_days: null },
  })
  scene.put('chromebook', chromebook, { source: 'google' })
  expect(scene.look()).toEqual([{ device: 'chromebook', posture: 'ok', wake: null }])
  scene.now += 7 * 24 * 60 * MINUTE
  expect(scene.look()).toEqual([{ device: 'chromebook', posture: 'stale', wake: null }])
})

test('a device that has an agent is not spoken for by anybody else', () => {
  const scene = sceneOf({ laptop: ENROLLED })
  scene.put('laptop', postureOf(), { source: 'intune' })
  expect(scene.look()).toEqual([{ device: 'laptop', posture: 'stale', wake: null }])
})
