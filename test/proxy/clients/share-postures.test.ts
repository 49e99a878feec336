import { expect, test } from 'vitest'
import {
  PostureSharer,
  type PostureListener,
  type PostureSite,
} from '../../../proxy/clients/share-postures.ts'
import { PostureStore } from '../../../records/posture/posture-store.ts'
import type { SharedReport } from '../../../records/posture/shared-report.ts'
import type { Register } from '../../../records/register/register.ts'
import { AT, MINUTE } from '../../records/governance/sample-desk.ts'
import { agentScene, RULES, type AgentScene } from '../../records/posture/agent-scene.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

function sharerOf(store: PostureStore, register: () => Pick<Register, 'agents' | 'devices'>) {
  const sent: SharedReport[] = []
  const told: { listener?: PostureListener } = {}
  const site: PostureSite = {
    start: () => undefined,
    stop: () => Promise.resolve(),
    send: (entries) => void sent.push(...entries),
    state: { error: null },
    counts: () => ({ sent: 0, late: 0, received: 0, foreign: 0 }),
  }
  const sharer = new PostureSharer({
    ...{ store, gate: 'one', register, rules: () => RULES },
    siteOf: (listener) => {
      told.listener = listener
      return site
    },
  })
  return { sharer, sent, listener: () => told.listener }
}

async function reportOf(scene: AgentScene, at = AT): Promise<SharedReport> {
  const key = await scene.enrolled()
  scene.take(scene.bodyOf(key, { disk_encrypted: false }, at), at)
  const { sharer, sent } = sharerOf(scene.store, () => scene.view.current())
  sharer.look()
  const [report] = sent
  if (report === undefined) throw new Error('nothing was told')
  return report
}

test('what is taken here is told once; what the site told is judged here and not told again', async () => {
  const scene = await agentScene()
  const report = await reportOf(scene)
  using store = PostureStore.open(tempDirectory())
  const { sharer, sent, listener } = sharerOf(store, () => scene.view.current())
  await listener()?.onEntries([report, report])
  expect(store.last('laptop')).toMatchObject({ at: AT, facts: { disk_encrypted: false } })
  expect(store.outcomes()).toEqual({ heard: 1 })
  sharer.look()
  expect(sent).toEqual([])
  // A Redis that was wiped gets it from whoever has it.
  expect(await listener()?.kept()).toMatchObject([{ device: 'laptop', gate: 'one', at: AT }])
  expect(sharer.problems()).toEqual([])
})

test('a report of a device that the ledger has not told of yet waits for it; a forged one is counted', async () => {
  const scene = await agentScene()
  const before = scene.view.current()
  const report = await reportOf(scene, AT + MINUTE)
  using store = PostureStore.open(tempDirectory())
  const known = { register: before as Pick<Register, 'agents' | 'devices'> }
  const { sharer, listener } = sharerOf(store, () => known.register)
  await listener()?.onEntries([report])
  sharer.look()
  expect(store.last('laptop')).toBeNull()
  known.register = scene.view.current()
  sharer.look()
  expect(store.last('laptop')).toMatchObject({ at: AT + MINUTE })
  const changed = report.body.replace('"disk_encrypted":false', '"disk_encrypted":true')
  await listener()?.onEntries([{ ...report, body: changed }])
  expect(store.outcomes()).toEqual({ heard: 1, heard_forged: 1 })
})
