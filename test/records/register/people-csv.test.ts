import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Problems, type Table } from '../../../records/register/csv-table.ts'
import { readPeopleCsv, type Person } from '../../../records/register/people-csv.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'

function read(text: string): Table<Person> {
  const table = readPeopleCsv(text, 'people.csv')
  if (table instanceof Problems) throw new Error(table.kept.map(describeProblem).join('\n'))
  return table
}

test('a row becomes facts for the ledger and details for beside it', () => {
  const { rows } = read(
    'person_ref,name,role,phase,year,email\np-1,"O’Example, Zoë",pupil,sixth,12,z@ex.org\n',
  )
  expect(rows.get('p-1')).toEqual({
    facts: { role: 'pupil', phase: 'sixth', year: 12 },
    details: { name: 'O’Example, Zoë', email: 'z@ex.org' },
  })
})

test('phase, year and e-mail address may be left out', () => {
  const { rows } = read('person_ref,name,role\np-1,Ada,staff\n')
  expect(rows.get('p-1')).toEqual({
    facts: { role: 'staff', phase: null, year: null },
    details: { name: 'Ada', email: null },
  })
})

const BAD: readonly [says: string, cells: string, problem: string][] = [
  ['no name', 'p-1,,staff,', 'people.csv:2:5: name: missing'],
  [
    'a page for a name',
    `p-1,${'x'.repeat(201)},staff,`,
    'people.csv:2:5: name: more than 200 letters are no name',
  ],
  [
    'a misspelt role',
    'p-1,Ada,staf,',
    'people.csv:2:9: role: `staf` is not one of pupil, staff, governor, visitor; did you mean `staff`?',
  ],
  ['an address that is none', 'p-1,Ada,staff,ada', 'people.csv:2:15: email: not an e-mail address'],
]

test.each(BAD)('%s costs the row', (_, cells, problem) => {
  const { rows, problems } = read(`person_ref,name,role,email\n${cells}\n`)
  expect(problems.kept.map(describeProblem)).toEqual([problem])
  expect(rows.size).toBe(0)
})

test('half a letter in a name becomes a whole one, because a hash can not hold it', () => {
  const { rows } = read('person_ref,name,role\np-1,A\uD83Da,staff\n')
  expect(rows.get('p-1')?.details.name).toBe('A\uFFFDa')
})

test('the people of the example school are all good', () => {
  const path = join(import.meta.dirname, '../../../examples/people.csv')
  const { rows, problems } = read(readFileSync(path, 'utf8'))
  expect(problems.kept).toEqual([])
  expect(rows.size).toBeGreaterThan(10)
})
