import { expect, test } from 'vitest'
import {
  feedOfRow,
  firstRow,
  isDigestOf,
  makeSealedTable,
  scopeOfRow,
  shiftOf,
} from '../../../rules/sealed/sealed-table.ts'
import { feedOf } from '../../support/sealed-names.ts'

const entry = (mark: number, fill: string) =>
  ({ scope: 'subtree', mark, digest: fill.repeat(32) }) as const

test('rows are in the order of their marks, and of equal ones the first feed comes first', () => {
  const one = { ...feedOf(['a.example']), entries: [entry(0xffff_ffff, 'a'), entry(5, 'b')] }
  const two = { ...feedOf(['a.example']), entries: [entry(5, 'c')] }
  const table = makeSealedTable([one, two])
  expect([...table.marks]).toEqual([5, 5, 0xffff_ffff])
  expect([0, 1, 2].map((row) => feedOfRow(table, row))).toEqual([0, 1, 0])
  expect(scopeOfRow(table, 2)).toBe('subtree')
  expect([4, 5, 6, 0xffff_ffff].map((mark) => firstRow(table, mark))).toEqual([0, 0, 2, 2])
  expect(isDigestOf(table, 1, new Uint8Array(32).fill(0xcc))).toBe(true)
  expect(isDigestOf(table, 1, new Uint8Array(32).fill(0xcd))).toBe(false)
})

test('few bits are set: a name that is not sealed rarely gets past them', () => {
  const lines = Array.from({ length: 2_000 }, (_, n) => `host-${n}.example`)
  const table = makeSealedTable([feedOf(lines)])
  const bits = 2 ** (32 - shiftOf(table))
  let set = 0
  for (const word of table.perhaps) set += word.toString(2).replaceAll('0', '').length
  expect(bits).toBeGreaterThanOrEqual(2_000 * 1024)
  expect(set).toBeGreaterThan(1_900)
  expect(set / bits).toBeLessThan(1 / 1000)
})

test('no feed is an empty table', () => {
  const table = makeSealedTable([])
  expect([table.marks.length, firstRow(table, 7)]).toEqual([0, 0])
})
