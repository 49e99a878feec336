import { expect, it } from 'vitest'
import { hashOfCode } from '../../../../records/posture/invitation-code.ts'
import { dashboardScene } from '../dashboard-scene.ts'

const WANTED = {
  ...{ reason: 'comes to mend the roof', type: 'day', name: 'Vera Visitor', host: 'p-head' },
  ...{ zones: ['office'], from: '2026-11-24T10:00:00Z', to: '2026-11-24T15:00:00Z' },
}

it('reception issues a voucher in one go: code and slip come once, the name stays beside the ledger (V16)', async () => {
  const { signedIn, school } = await dashboardScene()
  const office = await signedIn('office')
  const { status, body } = await office.post('/api/vouchers', WANTED)
  expect(status).toBe(200)
  expect(body['kind']).toBe('applied')
  expect(body['slip']).toContain('Vera Visitor')
  expect(body['slip']).toContain(body['code'])
  const [id, voucher] = [...school.register().vouchers][0] ?? expect.fail()
  expect([id, voucher.codeHash]).toEqual([body['id'], hashOfCode(String(body['code']))])
  expect(school.nameOf(voucher.person)).toBe('Vera Visitor')
  const entries = JSON.stringify([...school.ledger.entries()])
  expect(entries).not.toContain('Vera')
  const listed = await office.get('/api/vouchers')
  expect(listed.body['vouchers']).toMatchObject([{ id, name: 'Vera Visitor', device: null }])
  expect(JSON.stringify(listed.body)).not.toContain(voucher.codeHash)
})

it.each([
  ['nobody', { name: null }, 400],
  ['two at once', { person: 'p-1' }, 400],
  ['for a week', { to: '2026-12-01T15:00:00Z' }, 422],
  ['of no sponsor', { host: 'p-pupil' }, 422],
])('no voucher for %s', async (_what, change, status) => {
  const { signedIn, school } = await dashboardScene()
  const answer = await (await signedIn('office')).post('/api/vouchers', { ...WANTED, ...change })
  expect(answer.status).toBe(status)
  expect(school.register().vouchers.size).toBe(0)
})

it('one for the head to agree to waits, and a governor issues none', async () => {
  const { signedIn } = await dashboardScene()
  const waits = await (
    await signedIn('office')
  ).post('/api/vouchers', {
    ...WANTED,
    type: 'multi_agency',
  })
  expect(waits.body).toMatchObject({ kind: 'waiting', approvers: ['p-head'] })
  expect((await (await signedIn('governor')).post('/api/vouchers', WANTED)).status).toBe(403)
})

it('what reception composes itself goes by the common way, too', async () => {
  const { signedIn, school } = await dashboardScene()
  const after = {
    ...{ type: 'day', person: 'p-1', device: null, host: 'p-head', codeHash: 'ab'.repeat(32) },
    ...{ zones: ['office'], from: WANTED.from, to: WANTED.to },
  }
  const { headSeq: basedOn } = school.register()
  const edits = [{ kind: 'voucher.put', objectId: 'v9', after }]
  const office = await signedIn('office')
  const { status } = await office.post('/api/changes', { basedOn, reason: 'a visit today', edits })
  expect([status, school.register().vouchers.has('v9')]).toEqual([200, true])
})
