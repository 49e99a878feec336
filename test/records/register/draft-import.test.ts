import { expect, test } from 'vitest'
import { sha256 } from '../../../records/ledger/chain.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { commitmentOf, People } from '../../../records/people/people.ts'
import { Problems } from '../../../records/register/csv-table.ts'
import { draftImport, type Wanted } from '../../../records/register/draft-import.ts'
import { readPeopleCsv } from '../../../records/register/people-csv.ts'
import { EMPTY_REGISTER } from '../../../records/register/register.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { PHONE } from '../ledger/sample-ledger.ts'

function peopleOf(text: string): Wanted['people'] {
  const value = readPeopleCsv(text, 'people.csv')
  if (value instanceof Problems) throw new Error('people.csv is bad')
  return { value, name: 'people.csv' }
}

const NOTHING: Wanted = { site: 'ex', policy: null, people: null, devices: null, classes: null }

function draft(wanted: Partial<Wanted>, register = EMPTY_REGISTER) {
  const ledger = openLedger(tempDirectory(), { site: 'ex' })
  const result = draftImport({ ...NOTHING, ...wanted }, register, new People(ledger.db))
  ledger.close()
  return result
}

test('a person’s entry holds a commitment to the row that goes beside it', () => {
  const policy = { value: 'text', name: 'policy.yaml' }
  const people = peopleOf('person_ref,name,role\np-1,Ada,staff\n')
  const { commands, documents, people: rows } = draft({ policy, people })
  expect(documents).toEqual(['text'])
  expect(commands[1]?.after).toEqual({ document: sha256('text'), name: 'policy.yaml' })
  const [ref, row] = rows[0] ?? []
  expect(ref).toBe('p-1')
  expect(commands[2]?.after).toEqual({
    role: 'staff',
    phase: null,
    year: null,
    details: row && commitmentOf(row),
  })
})

test('a change of role affects both roles', () => {
  const register = { ...EMPTY_REGISTER, headSeq: 1, devices: new Map([[PHONE.id, PHONE]]) }
  const changed = { ...PHONE, role: 'governor' as const }
  const rows = new Map([[PHONE.id, changed]])
  const table = { rows, spoilt: new Set<string>(), keysLost: false, problems: new Problems() }
  const { commands } = draft({ devices: { value: table, name: 'devices.csv' } }, register)
  expect(commands).toHaveLength(1)
  expect(commands[0]).toMatchObject({
    kind: 'device.put',
    before: PHONE,
    after: changed,
    affectedRoles: ['staff', 'governor'],
    reason: 'imported from devices.csv',
  })
})

test('an empty register gets nothing at all without a policy', () => {
  const people = peopleOf('person_ref,name,role\np-1,Ada,staff\n')
  expect(draft({ people })).toEqual({ commands: [], documents: [], people: [] })
})

test.each([
  ['there is no people file', { people: null }],
  ['people and devices have no file', { people: null, devices: null }],
])('the text of a policy goes with its entry although %s', (_says, files) => {
  const policy = { value: 'text', name: 'policy.yaml' }
  for (const register of [EMPTY_REGISTER, { ...EMPTY_REGISTER, headSeq: 1 }]) {
    const { commands, documents } = draft({ policy, ...files }, register)
    expect(commands.at(-1)).toMatchObject({ kind: 'policy.put' })
    expect(documents).toEqual(['text'])
  }
})
