import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredReport } from '../../../records/posture/posture-store.ts'
import { POSTURE_KIND, sharedReport } from '../../../records/posture/shared-report.ts'
import { AT } from '../governance/sample-desk.ts'
import { agentScene } from './agent-scene.ts'

async function aReport(): Promise<StoredReport> {
  const scene = await agentScene()
  scene.take(scene.bodyOf(await scene.enrolled(), { disk_encrypted: false }), AT + 1)
  const last = scene.store.last('laptop')
  if (last === null) throw new Error('it was not taken')
  return last
}

test('a report is told as the device signed it, and read as it was told', async () => {
  const shared = sharedReport(await aReport(), 'one')
  expect(shared).toMatchObject({ gate: 'one', device: 'laptop', at: AT, takenAt: AT + 1 })
  if (shared === null) throw new Error('it has a signature')
  expect(POSTURE_KIND.entryFrom('laptop', POSTURE_KIND.fieldsOf(shared))).toEqual(shared)
  // Of another device it is none.
  expect(POSTURE_KIND.entryFrom('tablet', POSTURE_KIND.fieldsOf(shared))).toBeNull()
})

test('one of before there were signatures is told to nobody', async () => {
  const { device, at, ts, nonce, facts, failingSince } = await aReport()
  expect(sharedReport({ device, at, ts, nonce, facts, failingSince }, 'one')).toBeNull()
})

test('whatever the fields are, reading them gives a report or nothing', async () => {
  const shared = sharedReport(await aReport(), 'one')
  const whole = shared === null ? [] : POSTURE_KIND.fieldsOf(shared)
  const value = fc.oneof(fc.string(), fc.json(), fc.constantFrom(null, '', '-1', '[]', '{"a":"b"}'))
  fc.assert(
    fc.property(fc.array(fc.option(value, { nil: undefined }), { maxLength: 8 }), (spoilt) => {
      const values = whole.map((field, i) => spoilt[i] ?? field)
      const read = POSTURE_KIND.entryFrom('laptop', values)
      expect(read === null || read.device === 'laptop').toBe(true)
    }),
  )
})
