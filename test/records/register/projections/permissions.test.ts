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
  expect(view.current().grants.get('g')).toEqual(after)
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
    zones: [],
    ...DAY,
  }
  await submit([{ kind: 'voucher.put', objectId: 'v', after }], 'reception')
  expect(view.current().vouchers.get('v')).toEqual(after)
  await submit([{ kind: 'voucher.revoke', objectId: 'v', after: null }], 'reception')
  expect(view.current().vouchers.size).toBe(0)
})
