import { expect, test } from 'vitest'
import {
  matches,
  MAX_PATTERNS,
  MAX_TABLES,
  PatternTables,
} from '../../../../rules/lists/patterns/pattern-tables.ts'

test('patterns of several lists share a table', () => {
  const tables = new PatternTables()
  for (const list of [0, 1, 2]) expect(tables.add(list, `^ads${list}\\.`)).toBeNull()
  expect(tables.add(1, '^ads1\\.')).toBeNull()
  expect(tables.patterns).toHaveLength(3)
  expect(tables.tables.map(({ first }) => first)).toEqual([0])
  expect(tables.tables.map(({ table }) => matches(table, 'ads2.example'))).toEqual([true])
})

test('a pattern that would close the web is refused', () => {
  const tables = new PatternTables()
  for (const text of ['.*', 'a*', '.', '\\.', '[a-z]', '^.+$', 'x|'])
    expect(tables.add(0, text), text).toBe(
      'a pattern that is not taken: it matches nearly every name',
    )
  expect(tables.patterns).toEqual([])
})

test('what no table holds is refused, and there are only so many', () => {
  const tables = new PatternTables()
  expect(tables.add(0, 'a.{14}b')).toBe('a pattern that is not taken: it needs too large a table')
  expect(tables.add(0, '(?<=a)b')).toContain('looking ahead or behind')
  for (let n = 0; n < MAX_PATTERNS; n += 1) expect(tables.add(0, `^x${n}\\.`)).toBeNull()
  expect(tables.add(0, '^y\\.')).toBe(`more than ${MAX_PATTERNS} patterns`)
})

test(
  'a list of traps costs some seconds at most and stays within the tables',
  { timeout: 60_000 },
  () => {
    const tables = new PatternTables()
    const began = performance.now()
    for (let n = 0; n < MAX_PATTERNS; n += 1)
      tables.add(0, `${String.fromCharCode(97 + (n % 26))}.{9}q${n}`)
    expect(performance.now() - began).toBeLessThan(30_000)
    expect(tables.tables.length).toBeLessThanOrEqual(MAX_TABLES)
  },
)
