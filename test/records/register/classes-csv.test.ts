import { expect, test } from 'vitest'
import { readClassesCsv } from '../../../records/register/classes-csv.ts'
import { Problems, type Table } from '../../../records/register/csv-table.ts'
import type { ClassFacts } from '../../../records/governance/permission-facts.ts'

const HEADER = 'class,teacher,pupils,day,period,room\n'
const KNOWN = new Set(['t-1', 't-2', 'p-1', 'p-2'])

function read(rows: string, header = HEADER): Table<ClassFacts> {
  const table = readClassesCsv(header + rows, 'classes.csv', KNOWN)
  if (table instanceof Problems) throw new Error(JSON.stringify(table.kept))
  return table
}

function messages(rows: string): readonly string[] {
  return read(rows).problems.kept.map(
    ({ line, col, path, message }) => `${line}:${col}: ${path}: ${message}`,
  )
}

test('the rows of a class are its times; its pupils are those of any row', () => {
  const { rows } = read(
    '9b/Ma1,t-1,p-1 p-2,mon,1,M3\n9b/Ma1,t-2,,thu,tutor,\n7a,t-1,p-2;p-1,tue,2,\n',
  )
  expect([...rows]).toEqual([
    [
      '9b/Ma1',
      {
        teachers: ['t-1', 't-2'],
        pupils: ['p-1', 'p-2'],
        meetings: [
          { day: 'mon', period: '1', room: 'M3', teacher: 't-1' },
          { day: 'thu', period: 'tutor', room: null, teacher: 't-2' },
        ],
      },
    ],
    [
      '7a',
      {
        teachers: ['t-1'],
        pupils: ['p-1', 'p-2'],
        meetings: [{ day: 'tue', period: '2', room: null, teacher: 't-1' }],
      },
    ],
  ])
})

const BAD: readonly [says: string, row: string, problem: string][] = [
  ['a teacher whom nobody knows', '9b,t-9,p-1,mon,1,', '2:4: teacher: `t-9` is not in people.csv'],
  ['a pupil whom nobody knows', '9b,t-1,p-1 p-9,mon,1,', '2:8: pupils: `p-9` is not in people.csv'],
  [
    'a day that is none',
    '9b,t-1,p-1,mod,1,',
    '2:12: day: `mod` is not one of mon, tue, wed, thu, fri, sat, sun; did you mean `mon`?',
  ],
  ['no period', '9b,t-1,p-1,mon,,', '2:16: period: missing'],
]

test.each(BAD)('%s is said with its place', (_says, row, problem) => {
  expect(messages(row)).toEqual([problem])
})

test('a class with a bad row is spoilt as a whole, and the others are not', () => {
  const { rows, spoilt } = read('9b,t-1,p-1,mon,1,\n9b,t-9,p-2,tue,1,\n7a,t-1,p-2,mon,1,\n')
  expect([...spoilt]).toEqual(['9b'])
  expect([...rows.keys()]).toContain('7a')
})

test('a class that meets twice at one time is a slip', () => {
  expect(messages('9b,t-1,p-1,mon,1,\n9b,t-2,p-2,mon,1,\n')).toEqual([
    '3:1: class: `9b mon 1` is in line 2 already',
  ])
})

test('without a people.csv anybody may be a pupil', () => {
  const table = readClassesCsv(`${HEADER}9b,x-1,x-2,mon,1,\n`, 'classes.csv', null)
  expect(table).toMatchObject({ problems: { count: 0 } })
})
