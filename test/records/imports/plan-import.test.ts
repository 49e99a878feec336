import { expect, test } from 'vitest'
import { describeEdit } from '../../../records/imports/describe-edit.ts'
import { planImport } from '../../../records/imports/plan-import.ts'
import { EMPTY_ROSTER, partial, tableOf } from '../../../records/imports/roster.ts'
import { People } from '../../../records/people/people.ts'
import type { Person } from '../../../records/register/people-csv.ts'
import { sampleDesk } from '../governance/sample-desk.ts'

const person = (role: 'pupil' | 'staff', year: number | null = null): Person => ({
  facts: { role, phase: role === 'pupil' ? 'secondary' : null, year },
  details: { name: `A ${role}`, email: null },
})

function scene() {
  const { view, ledger } = sampleDesk()
  return { register: view.current(), people: new People(ledger.db) }
}

test('a partial table takes nobody away, a whole one who is not in it', () => {
  const { register, people } = scene()
  const table = tableOf(new Map([['p-1', person('staff')]]))
  const roster = { ...EMPTY_ROSTER, name: 'x.csv' }
  const kinds = (plan: ReturnType<typeof planImport>) =>
    plan.edits.filter(({ kind }) => kind === 'person.remove').map(({ objectId }) => objectId)
  expect(kinds(planImport({ ...roster, people: partial(table) }, register, people))).toEqual([])
  expect(kinds(planImport({ ...roster, people: table }, register, people))).toEqual([
    'p-pupil',
    'p-staff',
  ])
})

test('a pupil who becomes staff loses the phase on his devices, and a suspended one stays suspended', () => {
  const { register, people } = scene()
  const table = partial(tableOf(new Map([['p-pupil', person('staff')]])))
  const { edits } = planImport({ ...EMPTY_ROSTER, name: 'x.csv', people: table }, register, people)
  expect(edits.find(({ kind }) => kind === 'device.put')).toMatchObject({
    objectId: 'pupil-phone',
    after: { role: 'staff', phase: null, state: 'suspended' },
  })
})

test('five people of a small school may go without a question', () => {
  const { register, people } = scene()
  const leavers = new Set(['p-pupil', 'p-staff'])
  const plan = planImport({ ...EMPTY_ROSTER, name: 'x.csv', leavers }, register, people)
  expect(plan).toMatchObject({ removes: 2, guard: null })
})

test('a line of the difference says what is other, and of a list what comes and goes', () => {
  const { view, submit } = sampleDesk()
  const group = { teachers: ['p-staff'], pupils: ['p-pupil'], meetings: [] }
  const put = { kind: 'class.put' as const, objectId: '9b', after: group }
  return submit([put], 'it').then(() => {
    const after = { ...group, pupils: ['p-1', 'p-2'] }
    const register = view.current()
    expect(describeEdit({ ...put, after }, register)).toBe('~ class 9b pupils: 2 more, 1 fewer')
    const gone = { kind: 'class.remove' as const, objectId: '9b', after: null }
    expect(describeEdit(gone, register)).toBe('- class 9b')
  })
})
