import { expect, test } from 'vitest'
import { edgeAfter, isDuring } from '../../../rules/permissions/permissions.ts'

test('a term holds from its first instant to the one before its end', () => {
  const term = { from: 10, to: 20 }
  expect([9, 10, 19, 20].map((at) => isDuring(term, at))).toEqual([false, true, true, false])
})

test('the next edge is the nearest beginning or end that is still to come', () => {
  const terms = [
    { from: 10, to: 20 },
    { from: 15, to: 40 },
  ]
  expect([0, 10, 15, 20, 39, 40].map((at) => edgeAfter(terms, at))).toEqual([
    10,
    15,
    20,
    40,
    40,
    Infinity,
  ])
  expect(edgeAfter([], 0)).toBe(Infinity)
})
