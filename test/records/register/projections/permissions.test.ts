import { expect, test } from 'vitest'
import { AT, REASON, sampleDesk, waiting } from '../../governance/sample-desk.ts'

const DAY = { from: '2026-11-24T08:00:00Z', to: '2026-11-24T16:00:00Z' }

test('a grant is there from the yes to the revocation', async () => {
  const { desk, view, submit } = sampleDesk()
  const after = {
    ...{
      type: 'medical_sen',
      person: 'p-pupil',
      device: null,
      zones: [],
      windows: [],
      profile: 'medical',
    },
    ...{ sites: [], purpose: null, ...DAY },
  }
  const id = await waiting(submit([{ kind: 'grant.put', objectId: 'g', after }], 'teacher'))
  expect(view.current().grants.size).toBe(0)
  await desk.approve(id, 'dsl', REASON, AT)
  expect(view.current().grants.get('g')).toEqual({
    ...after,
    ...{ class: null, categories: [], locked: false, assessment: null },
  })
  await submit([{ kind: 'grant.revoke', objectId: 'g', after: null }], 'slt')
  expect(view.current().grants.size).toBe(0)
})

test('a voucher is there until it is revoked', async () => {
  const { view, submit } = sampleDesk()
  const after = {
    type: 'day',
    person: 'p-visitor',
    host: 'head',
    codeHash: 'aa',
    zones: ['reception'],
    ...DAY,
  }
  await submit([{ kind: 'voucher.put', objectId: 'v', after }], 'reception')
  expect(view.current().vouchers.get('v')).toEqual({ ...after, device: null })
  await submit([{ kind: 'voucher.revoke', objectId: 'v', after: null }], 'reception')
  expect(view.current().vouchers.size).toBe(0)
})

test('packs, lessons, sites and corrections are there until somebody takes them back', async () => {
  const { desk, view, submit } = sampleDesk()
  const meetings = [{ day: 'tue', period: '3', room: null }]
  const group = { teachers: ['teacher'], pupils: ['p-pupil'], meetings }
  await submit([{ kind: 'class.put', objectId: '9b', after: group }], 'it')
  const pack = { label: 'Games', sites: ['games.example'] }
  const asked = submit([{ kind: 'pack.put', objectId: 'games', after: pack }], 'teacher')
  await desk.approve(await waiting(asked), 'slt', REASON, AT)
  const site = { action: 'block', hosts: ['a.example'], profiles: null, because: 'x', ...DAY }
  await submit([{ kind: 'site.put', objectId: 's', after: site }], 'it')
  const correction = { host: 'a.example', remove: 'media.games', add: null, because: 'x' }
  await submit([{ kind: 'correction.put', objectId: 'c', after: correction }], 'nm')
  const { packs, sites, corrections } = view.current()
  expect([packs.get('games'), sites.get('s'), corrections.get('c')]).toEqual([
    pack,
    site,
    correction,
  ])
  await submit([{ kind: 'pack.remove', objectId: 'games', after: null }], 'slt')
  await submit([{ kind: 'correction.remove', objectId: 'c', after: null }], 'nm')
  const lifted = submit([{ kind: 'site.remove', objectId: 's', after: null }], 'nm')
  await desk.approve(await waiting(lifted), 'dsl', REASON, AT)
  const after = view.current()
  expect([after.packs.size, after.sites.size, after.corrections.size]).toEqual([0, 0, 0])
})
