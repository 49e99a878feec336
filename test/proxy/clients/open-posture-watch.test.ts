import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { openPostureWatch } from '../../../proxy/clients/open-posture-watch.ts'
import type { PostureNow } from '../../../proxy/clients/posture-facts.ts'
import { MINUTE } from '../../records/governance/sample-desk.ts'
import { AT } from '../../records/governance/sample-desk.ts'
import { agentScene, RULES } from '../../records/posture/agent-scene.ts'
import { bundleOf } from '../../support/bundle-of-lists.ts'
import { until } from '../../support/until.ts'

test('the threads are told before they start, and within five seconds of a report', async () => {
  const scene = await agentScene()
  const key = await scene.enrolled()
  const told: PostureNow[] = []
  const open = new AsyncDisposableStack()
  onTestFinished(() => open.disposeAsync())
  const bundle = bundleOf([])
  const watch = openPostureWatch(
    {
      ...{ records: scene.directory, view: scene.view, clockOffsetMs: AT + MINUTE - Date.now() },
      status: { bundle: { ...bundle, policy: { ...bundle.policy, posture: RULES } } },
      fleet: { changePostures: (postures) => told.push(...postures) },
      config: { site: 'ex', gate: 'one', records: { redis: null } },
      log: pino({ level: 'silent' }),
    },
    open,
  )
  expect(told).toEqual([{ device: 'laptop', posture: 'stale', wake: null }])
  scene.take(scene.bodyOf(key))
  await until(
    () => told.at(-1)?.posture,
    (posture) => posture === 'ok',
    5_000,
  )
  expect([...watch.standings()]).toEqual([['good', 1]])
  expect(watch.outcomes()).toEqual({ taken: 1 })
  expect([watch.shared(), watch.problems()]).toEqual([null, []])
})
