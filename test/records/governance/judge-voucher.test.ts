import { expect, test } from 'vitest'
import type { Edit } from '../../../records/governance/judge-edit.ts'
import type { Voucher } from '../../../records/governance/permission-facts.ts'
import { saltDetails } from '../../../records/people/people.ts'
import { People } from '../../../records/people/people.ts'
import { AT, REASON, sampleDesk } from './sample-desk.ts'

const DAY = { from: '2026-11-24T08:00:00Z', to: '2026-11-24T16:00:00Z' }

function put(facts: Partial<Voucher> = {}): Edit {
  const after = {
    ...{ type: 'day', person: 'visitor-1', device: null, host: 'head', codeHash: 'aa' },
    ...{ zones: ['reception'], ...DAY, ...facts },
  }
  return { kind: 'voucher.put', objectId: 'v1', after: after }
}

const REFUSED: readonly [what: string, facts: Partial<Voucher>, says: RegExp][] = [
  ['longer than a visit of its kind', { to: '2026-11-26T16:00:00Z' }, /longer than 1 days/],
  ['over before it began', { to: '2026-11-24T09:00:00Z' }, /it is over/],
  ['without a sponsor of the school', { host: 'visitor-9' }, /no member of staff/],
  ['one’s own sponsor', { host: 'visitor-1' }, /his own visit/],
  ['in a classroom', { zones: ['classroom'] }, /not in `classroom`, but in reception/],
  ['in a zone that is none', { zones: ['recepton'] }, /no zone `recepton`; did you mean/],
  ['everywhere', { zones: [] }, /say where/],
  ['with a device from the start', { device: 'd1' }, /at the portal/],
]

test.each(REFUSED)('no voucher %s (V16)', async (_what, facts, says) => {
  const { submit, view } = sampleDesk()
  const outcome = await submit([put(facts)], 'reception')
  expect(outcome.kind).toBe('refused')
  expect('message' in outcome ? outcome.message : '').toMatch(says)
  expect(view.current().vouchers.size).toBe(0)
})

test('a voucher is made longer, and never another person’s', async () => {
  const { submit, view } = sampleDesk()
  await submit([put()], 'reception')
  expect((await submit([put({ to: '2026-11-24T17:00:00Z' })], 'reception')).kind).toBe('applied')
  expect(view.current().vouchers.get('v1')?.to).toBe('2026-11-24T17:00:00Z')
  const other = await submit([put({ person: 'visitor-2' })], 'reception')
  expect(other).toMatchObject({ kind: 'refused' })
})

const TYPES = ['regular', 'multi_agency', 'supplier', 'supply_teacher', 'trainee'] as const

test.each(TYPES)('a visit of type %s waits for the head (V16)', async (type) => {
  const { submit } = sampleDesk()
  expect((await submit([put({ type })], 'reception')).kind).toBe('waiting')
})

test('the name comes beside the voucher, and goes when the head says no', async () => {
  const { desk, ledger, view } = sampleDesk()
  const row = saltDetails({ name: 'Vera Visitor', email: null })
  const person: Edit = {
    ...{ kind: 'person.put', objectId: 'visitor-1' },
    after: { role: 'visitor', phase: null, year: null, details: 'x' },
  }
  const change = {
    ...{ basedOn: view.current().headSeq, reason: REASON },
    ...{ edits: [person, put({ type: 'multi_agency' })], people: [['visitor-1', row]] as const },
  }
  const waiting = await desk.submit(change, 'reception', AT)
  if (waiting.kind !== 'waiting') expect.fail()
  const people = new People(ledger.db)
  expect(people.find('visitor-1')?.name).toBe('Vera Visitor')
  await desk.refuse(waiting.proposal, 'head', REASON, AT)
  expect(people.find('visitor-1')).toBeUndefined()
})

test('reception brings in visitors, and nobody else’s people', async () => {
  const { submit } = sampleDesk()
  const person = (role: string): Edit => ({
    ...{ kind: 'person.put', objectId: 'new' },
    after: { role, phase: null, year: null, details: 'x' },
  })
  expect((await submit([person('staff')], 'reception')).kind).toBe('refused')
  expect((await submit([person('visitor')], 'teacher')).kind).toBe('refused')
  expect((await submit([person('visitor')], 'reception')).kind).toBe('applied')
})
