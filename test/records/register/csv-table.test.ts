import { expect, test } from 'vitest'
import { Problems, readTable, type Table } from '../../../records/register/csv-table.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'

function read(text: string): Table<string> | Problems {
  const source = {
    text,
    file: 'f.csv',
    columns: { required: ['id', 'colour'], optional: ['note'] },
    key: 'id',
  }
  return readTable(source, (row, report) => {
    const colour = row.cell('colour')
    if (colour === 'grey') report(row.problem('colour', 'grey is no colour'))
    return colour
  })
}

function table(text: string): Table<string> {
  const result = read(text)
  if (result instanceof Problems) throw new Error(result.kept.map(describeProblem).join('\n'))
  return result
}

const HEADERS: readonly [says: string, text: string, problems: readonly string[]][] = [
  [
    'a misspelt column, with a suggestion',
    'id,color\n',
    [
      'f.csv:1:4: unknown column `color`; did you mean `colour`?',
      'f.csv:1:1: column `colour` is missing',
    ],
  ],
  ['a column that is there twice', 'id,colour,id\n', ['f.csv:1:11: column `id` is there twice']],
  ['an empty file', '\n\n', ['f.csv:1:1: empty; the first line names the columns: id,colour']],
  ['a header that is not CSV', '"id\n', ['f.csv:1:1: a quote that is never closed']],
]

test.each(HEADERS)('%s makes the file unusable', (_, text, problems) => {
  const result = read(text)
  expect(result).toBeInstanceOf(Problems)
  expect((result as Problems).kept.map(describeProblem)).toEqual(problems)
})

test('columns come in any order and case, cells are trimmed, absent ones are empty', () => {
  const { rows, problems } = table(' Colour ,NOTE,id\n red ,,a\nblue,"x, y",b\n')
  expect([...rows]).toEqual([
    ['a', 'red'],
    ['b', 'blue'],
  ])
  expect(problems.count).toBe(0)
})

test('a bad row costs that row, and its key is known to be there', () => {
  const { rows, spoilt, keysLost, problems } = table('id,colour\na,red\nb,grey\nc,"x"y\nd,blue\n')
  expect([...rows.keys()]).toEqual(['a', 'd'])
  expect([...spoilt]).toEqual(['b', 'c'])
  expect(keysLost).toBe(false)
  expect(problems.kept.map(describeProblem)).toEqual([
    'f.csv:3:3: colour: grey is no colour',
    'f.csv:4:6: text after the closing quote',
  ])
})

test('a row without a readable key means that nothing may be taken for absent', () => {
  expect(table('id,colour\n,red\n')).toMatchObject({ keysLost: true })
  expect(table('id,colour\n"a,red\n')).toMatchObject({ keysLost: true })
})

test('a comma without quotes shows as a cell too many', () => {
  const { problems, rows } = table('id,colour,note\na,red,lent, not given\n')
  expect(problems.kept.map(describeProblem)).toEqual([
    "f.csv:2:12: more cells than the header's 3; a comma needs quotes around its cell",
  ])
  expect(rows.size).toBe(0)
})

test('the first of two rows with one key counts', () => {
  const { rows, problems } = table('id,colour\na,red\na,blue\n')
  expect([...rows]).toEqual([['a', 'red']])
  expect(problems.kept.map(describeProblem)).toEqual(['f.csv:3:1: id: `a` is in line 2 already'])
})

test('all problems are counted, the first hundred are kept', () => {
  const { problems } = table(
    `id,colour\n${Array.from({ length: 250 }, (_, i) => `r${i},grey\n`).join('')}`,
  )
  expect(problems.count).toBe(250)
  expect(problems.kept).toHaveLength(100)
})

test('a file with more rows than any trust has is read to the limit and says so', () => {
  const { rows, keysLost, problems } = table(
    `id,colour\n${Array.from({ length: 200_002 }, (_, i) => `r${i},red\n`).join('')}`,
  )
  expect(rows.size).toBe(200_000)
  expect(keysLost).toBe(true)
  expect(problems.kept.map(describeProblem)).toEqual(['f.csv:200002:1: more than 200000 rows'])
})
