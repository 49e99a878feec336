import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DeviceKey } from '../../../agent/device-key.ts'
import { hearReport, MAX_SKEW_MS, REPORT_REFUSALS } from '../../../records/posture/take-report.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { AT, MINUTE } from '../governance/sample-desk.ts'
import { agentScene, RULES } from './agent-scene.ts'

test('a report in order is taken, kept, and says where the device stands', async () => {
  const scene = await agentScene()
  const key = await scene.enrolled()
  expect(scene.take(scene.bodyOf(key))).toMatchObject({
    ok: true,
    device: 'laptop',
    standing: { standing: 'good', posture: 'ok' },
  })
  expect(scene.store.last('laptop')).toMatchObject({ at: AT, failingSince: {} })
  expect(scene.store.outcomes()).toEqual({ taken: 1 })
})

test('V13: a report that another key signed, or that was changed on the way, is forged', async () => {
  const scene = await agentScene()
  const key = await scene.enrolled()
  expect(scene.take(scene.bodyOf(DeviceKey.generate()))).toMatchObject({ reason: 'forged' })
  const changed = scene
    .bodyOf(key, { disk_encrypted: false })
    .replace('"disk_encrypted":false', '"disk_encrypted":true')
  expect(scene.take(changed)).toMatchObject({ reason: 'forged' })
  expect(scene.store.last('laptop')).toBeNull()
})

test('V13: one device does not report for another, though it has a key', async () => {
  const scene = await agentScene()
  const key = await scene.enrolled()
  await scene.enrolled('work-laptop')
  expect(scene.take(scene.bodyOf(key, {}, AT, 'work-laptop'))).toMatchObject({ reason: 'forged' })
})

test('V13: a report that was taken is not taken again', async () => {
  const scene = await agentScene()
  const body = scene.bodyOf(await scene.enrolled())
  expect(scene.take(body)).toMatchObject({ ok: true })
  expect(scene.take(body, AT + 1000)).toMatchObject({ ok: false, reason: 'replayed' })
})

test('V13: a good report that was held back does not undo a later one', async () => {
  const scene = await agentScene()
  const key = await scene.enrolled()
  const held = scene.bodyOf(key, {}, AT)
  const later = scene.bodyOf(key, { disk_encrypted: false }, AT + MINUTE)
  expect(scene.take(later, AT + MINUTE)).toMatchObject({ standing: { standing: 'failing' } })
  expect(scene.take(held, AT + 2 * MINUTE)).toMatchObject({ reason: 'out_of_order' })
  expect(scene.store.last('laptop')?.facts.disk_encrypted).toBe(false)
})

test.each([
  ['five minutes behind', -MAX_SKEW_MS, true],
  ['more than that behind', -MAX_SKEW_MS - 1, false],
  ['five minutes ahead', MAX_SKEW_MS, true],
  ['more than that ahead', MAX_SKEW_MS + 1, false],
])('V13: a clock that is %s', async (_says, skew, ok) => {
  const scene = await agentScene()
  const body = scene.bodyOf(await scene.enrolled(), {}, AT + skew)
  const expected = ok ? { ok } : { ok, reason: 'clock_skew' }
  expect(scene.take(body)).toMatchObject(expected)
})

test('V13: a personal device that lists its applications is refused by the schema, one of the school is not', async () => {
  const scene = await agentScene()
  const apps = [{ name: 'Solitaire', version: '1' }]
  const own = scene.bodyOf(await scene.enrolled(), { apps })
  expect(scene.take(own)).toMatchObject({ ok: false, reason: 'forbidden' })
  const works = scene.bodyOf(await scene.enrolled('work-laptop'), { apps }, AT, 'work-laptop')
  expect(scene.take(works)).toMatchObject({ ok: true })
})

test('V13: who was never enrolled, and who was revoked, is nobody', async () => {
  const scene = await agentScene()
  const key = await scene.enrolled()
  expect(scene.take(scene.bodyOf(key, {}, AT, 'work-laptop'))).toMatchObject({
    reason: 'unknown_device',
  })
  expect(scene.take(scene.bodyOf(key, {}, AT, 'nothing'))).toMatchObject({
    reason: 'unknown_device',
  })
  await scene.submit([{ kind: 'agent.revoke', objectId: 'laptop', after: null }], 'it')
  expect(scene.take(scene.bodyOf(key))).toMatchObject({ reason: 'unknown_device' })
  expect(scene.view.current().agents.get('laptop')).toMatchObject({
    publicKey: null,
    revoked: true,
  })
})

test('each refusal is counted by its reason', async () => {
  const scene = await agentScene()
  const key = await scene.enrolled()
  scene.take(scene.bodyOf(DeviceKey.generate()))
  scene.take(scene.bodyOf(key, {}, AT + 60 * MINUTE))
  scene.take('{')
  expect(scene.store.outcomes()).toEqual({ forged: 1, clock_skew: 1, malformed: 1 })
})

test('time runs over all reports in a row, and a mended check begins anew', async () => {
  const scene = await agentScene()
  const key = await scene.enrolled()
  const at = (hours: number) => AT + hours * 60 * MINUTE
  scene.take(scene.bodyOf(key, { patch_age_days: 40 }, AT))
  scene.take(scene.bodyOf(key, { patch_age_days: 41 }, at(1)), at(1))
  expect(scene.store.last('laptop')?.failingSince).toEqual({ patches: AT })
  const body = scene.bodyOf(key, { patch_age_days: 43 }, at(72))
  expect(scene.take(body, at(72))).toMatchObject({ standing: { posture: 'failed:patches' } })
  scene.take(scene.bodyOf(key, {}, at(73)), at(73))
  expect(scene.store.last('laptop')?.failingSince).toEqual({})
})

test('any octets at all are answered with a reason and never taken', async () => {
  const scene = await agentScene()
  const key = await scene.enrolled()
  const body = scene.bodyOf(key)
  const cut = fc.nat(body.length - 1).map((length) => body.slice(0, length))
  const flipped = fc
    .tuple(fc.nat(body.length - 1), fc.string({ minLength: 1, maxLength: 3 }))
    .map(([at, text]) => body.slice(0, at) + text + body.slice(at + 1))
    .filter((text) => text !== body)
  const property = fc.property(fc.oneof(fc.string(), fc.json(), cut, flipped), (text) => {
    const taken = scene.take(text)
    // A changed blank would be the same report.
    if (taken.ok) expect(JSON.parse(text)).toEqual(JSON.parse(body))
    else expect(REPORT_REFUSALS).toContain(taken.reason)
  })
  fc.assert(property, { numRuns: FUZZ_RUNS })
})

test('what another gate took counts here as it did there, once, and only with the device’s signature', async () => {
  const [there, here] = [await agentScene(), await agentScene()]
  const key = await there.enrolled()
  const register = () => there.view.current()
  const hear = (body: string, takenAt: number, since = {}) =>
    hearReport(
      { body, takenAt, failingSince: since },
      { register: register(), rules: RULES, store: here.store },
    )
  const body = there.bodyOf(key, { patch_age_days: 99 })
  // It fails for two days already, says the gate that heard the reports before.
  const heard = hear(body, AT, { patches: AT - 48 * 60 * MINUTE })
  expect(heard).toMatchObject({ ok: true, standing: { standing: 'grace' } })
  expect(here.store.last('laptop')).toMatchObject({
    ...{ at: AT, failingSince: { patches: AT - 48 * 60 * MINUTE } },
  })
  expect(here.store.outcomes()).toEqual({ heard: 1 })
  expect(hear(body, AT)).toMatchObject({ reason: 'replayed' })
  const forged = there.bodyOf(DeviceKey.generate(), {}, AT + MINUTE)
  expect(hear(forged, AT + MINUTE)).toMatchObject({ reason: 'forged' })
  // An old report does not become new by what is said of when it was taken.
  const later = there.bodyOf(key, {}, AT + MINUTE)
  expect(hear(later, AT + 60 * MINUTE)).toMatchObject({ reason: 'clock_skew' })
  // Nor is what fails given time anew by a gate that did not hear of its beginning.
  hear(there.bodyOf(key, { patch_age_days: 99 }, AT + 2 * MINUTE), AT + 2 * MINUTE)
  expect(here.store.last('laptop')?.failingSince).toEqual({ patches: AT - 48 * 60 * MINUTE })
})
