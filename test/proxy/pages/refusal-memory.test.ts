import { expect, test } from 'vitest'
import type { RefusedVisit } from '../../../proxy/pages/gate-pages.ts'
import { mergeRecent, RefusalMemory } from '../../../proxy/pages/refusal-memory.ts'

function visit(n: number, blockRef = `R${n}`): RefusedVisit {
  return { at: n, host: `h${n}.test`, cause: 'no', reasonCode: 'site', blockRef }
}

test('keeps the last ten of an address, newest first', () => {
  const memory = new RefusalMemory()
  for (let n = 0; n < 12; n += 1) memory.note('a', visit(n))
  expect(memory.recent('a').map(({ at }) => at)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
  expect(memory.recent('b')).toEqual([])
})

test('the forty pictures of one page are one refusal', () => {
  const memory = new RefusalMemory()
  for (let n = 0; n < 40; n += 1) memory.note('a', visit(n, 'SAME'))
  expect(memory.recent('a')).toEqual([visit(39, 'SAME')])
})

test('holds a bounded number of addresses and lets the longest silent go', () => {
  const memory = new RefusalMemory()
  for (let n = 0; n < 5_000; n += 1) {
    memory.note(`a${n}`, visit(n))
    memory.note('busy', visit(n))
  }
  expect(memory.recent('a0')).toEqual([])
  expect(memory.recent('a4999')).toHaveLength(1)
  expect(memory.recent('busy')).toHaveLength(10)
})

test('merging keeps one of each reference, newest first, ten at most', () => {
  const merged = mergeRecent([
    [visit(9), visit(1)],
    [visit(5, 'R9'), ...Array.from({ length: 12 }, (_, n) => visit(20 + n))],
  ])
  expect(merged.map(({ at }) => at)).toEqual([31, 30, 29, 28, 27, 26, 25, 24, 23, 22])
  expect(mergeRecent([[visit(9)], [visit(5, 'R9')]])).toEqual([visit(9)])
})
