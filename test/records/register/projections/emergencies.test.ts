import { expect, test } from 'vitest'
import { AT, REASON, sampleDesk, waiting } from '../../governance/sample-desk.ts'

test('an emergency block holds until its lifting is approved', async () => {
  const { desk, view, submit } = sampleDesk()
  await submit([{ kind: 'emergency.block', objectId: 'e', after: { hosts: ['a.example'] } }], 'it')
  expect(view.current().emergencyBlocks.get('e')).toEqual({ hosts: ['a.example'] })
  const id = await waiting(submit([{ kind: 'emergency.lift', objectId: 'e', after: null }], 'nm'))
  expect(view.current().emergencyBlocks.size).toBe(1)
  await desk.approve(id, 'dsl', REASON, AT)
  expect(view.current().emergencyBlocks.size).toBe(0)
})

const UNTIL = '2026-11-24T10:30:00Z'

test('a site emergency begins and ends', async () => {
  const { view, submit } = sampleDesk()
  expect(view.current().siteEmergency).toBeNull()
  await submit(
    [{ kind: 'site_emergency.put', objectId: 'site', after: { kind: 'lockdown', until: UNTIL } }],
    'reception',
  )
  expect(view.current().siteEmergency).toEqual({ kind: 'lockdown', until: UNTIL })
  await submit([{ kind: 'site_emergency.end', objectId: 'site', after: null }], 'head')
  expect(view.current().siteEmergency).toBeNull()
})
