import { expect, test } from 'vitest'
import { CellReader } from '../../../records/register/cell-readers.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'

/** What a reader says of one cell; empty when it is content. */
function saidOf(text: string, read: (cells: CellReader) => unknown): string {
  const said: string[] = []
  const row = {
    line: 2,
    cell: () => text,
    problem: (column: string, message: string) => ({
      file: 'f.csv',
      line: 2,
      col: 1,
      path: column,
      message,
    }),
  }
  read(new CellReader(row, (problem) => said.push(describeProblem(problem).slice(11))))
  return said.join('; ')
}

const role = (cells: CellReader) => cells.oneOf('role', ['pupil', 'staff', 'visitor'])
const year = (cells: CellReader) => cells.whole('year', 0, 14)
const id = (cells: CellReader) => cells.reference('id')
const type = (cells: CellReader) => cells.word('type')

const CASES: readonly [
  says: string,
  text: string,
  read: (cells: CellReader) => unknown,
  said: string,
][] = [
  ['a known word is content', 'staff', role, ''],
  [
    'a misspelt word gets a suggestion',
    'pupl',
    role,
    'role: `pupl` is not one of pupil, staff, visitor; did you mean `pupil`?',
  ],
  ['an absent word shows what there is', '', role, 'role: missing (pupil, staff, visitor)'],
  ['a number inside its bounds is content', '14', year, ''],
  ['a number beyond its bounds is refused', '15', year, 'year: `15` is not a number from 0 to 14'],
  ['a number with a sign is refused', '-1', year, 'year: `-1` is not a number from 0 to 14'],
  ['a fraction is refused', '9.5', year, 'year: `9.5` is not a number from 0 to 14'],
  ['a hexadecimal number is refused', '0x9', year, 'year: `0x9` is not a number from 0 to 14'],
  ['a reference is content', 'p-0001', id, ''],
  [
    'a reference with a space is refused',
    'p 1',
    id,
    'id: `p 1` is not made of letters, digits and ._:- and at most 64 of them',
  ],
  ['an absent reference is missing', '', id, 'id: missing'],
  ['a word in capitals is refused', 'Phone', type, 'type: `Phone` is not a lower-case word'],
  ['an absent word is missing', '', type, 'type: missing'],
  [
    'long input is cut in the message',
    'A'.repeat(100),
    type,
    `type: \`${'A'.repeat(40)}…\` is not a lower-case word`,
  ],
]

test.each(CASES)('%s', (_, text, read, said) => {
  expect(saidOf(text, read)).toBe(said)
})
