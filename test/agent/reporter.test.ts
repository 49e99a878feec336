import { expect, test } from 'vitest'
import { Reporter, TICK_MS, type Reason } from '../../agent/reporter.ts'
import type { PostureFacts } from '../../rules/posture/posture-report.ts'
import { postureOf } from '../support/sample-posture.ts'

const T = Date.parse('2026-11-25T09:00:00Z')
const MINUTE = 60_000
const EVERY = 15 * MINUTE

interface Scene {
  /** Ticks every five seconds until then; what was sent, and when, in seconds after the start. */
  readonly runTo: (at: number) => Promise<readonly (readonly [Reason, number])[]>
  readonly tickAt: (at: number) => Promise<Reason | null>
  facts: PostureFacts
  taken: boolean
  looks: number
}

function sceneOf(random = 0): Scene {
  const scene = {
    facts: postureOf(),
    taken: true,
    looks: 0,
    tickAt: (at: number) => reporter.tick(at),
    runTo: async (end: number) => {
      const sent: (readonly [Reason, number])[] = []
      for (; now <= end; now += TICK_MS) {
        const reason = await reporter.tick(now)
        if (reason !== null) sent.push([reason, (now - T) / 1000])
      }
      return sent
    },
  }
  let now = T
  const reporter = new Reporter({
    collect: () => {
      scene.looks += 1
      return Promise.resolve(scene.facts)
    },
    send: () => Promise.resolve(scene.taken),
    reportEveryMs: EVERY,
    lookEveryMs: 5 * MINUTE,
    random: () => random,
  })
  return scene
}

test('it reports at its start and then on schedule', async () => {
  expect(await sceneOf().runTo(T + 31 * MINUTE)).toEqual([
    ['start', 0],
    ['schedule', 900],
    ['schedule', 1800],
  ])
})

test('jitter makes the wait shorter, never longer: a device must not become stale by it', async () => {
  const [, second] = await sceneOf(0.999).runTo(T + 16 * MINUTE)
  expect(second?.[0]).toBe('schedule')
  expect(second?.[1]).toBeGreaterThanOrEqual(810)
  expect(second?.[1]).toBeLessThan(820)
})

test('a change is reported when it is seen, between two reports', async () => {
  const scene = sceneOf()
  await scene.runTo(T + 4 * MINUTE)
  scene.facts = postureOf({ firewall: false })
  expect(await scene.runTo(T + 14 * MINUTE)).toEqual([['change', 300]])
})

test('a machine that slept reports when it wakes, at once', async () => {
  const scene = sceneOf()
  await scene.runTo(T + MINUTE)
  expect(await scene.tickAt(T + 9 * 60 * MINUTE)).toBe('woke')
  expect(await scene.tickAt(T + 9 * 60 * MINUTE + TICK_MS)).toBeNull()
})

test('a clock that is set back does not silence it', async () => {
  const scene = sceneOf()
  await scene.tickAt(T)
  expect(await scene.tickAt(T - 60 * MINUTE)).toBe('woke')
})

test('while nobody takes its report it tries again, later and later, up to five minutes', async () => {
  const scene = sceneOf()
  scene.taken = false
  const sent = await scene.runTo(T + 22 * MINUTE)
  const gaps = sent.slice(1).map(([, at], index) => at - (sent[index]?.[1] ?? 0))
  expect(sent.slice(1).every(([reason]) => reason === 'retry')).toBe(true)
  expect(gaps).toEqual([10, 20, 40, 80, 160, 300, 300, 300])
  scene.taken = true
  expect(await scene.runTo(T + 41 * MINUTE)).toEqual([
    ['retry', 1510],
    ['schedule', 2410],
  ])
})

test('it looks at the machine no more often than it must', async () => {
  const scene = sceneOf()
  await scene.runTo(T + 60 * MINUTE)
  // Four reports an hour and two looks between each.
  expect(scene.looks).toBeLessThanOrEqual(14)
})
