import { expect, test } from 'vitest'
import { GuessLimit } from '../../../records/posture/guess-limit.ts'

test('a window ends by itself, and a clock that is set back begins a new one', () => {
  const limit = new GuessLimit()
  for (let guess = 0; guess < 10; guess += 1) limit.count('a', 1_000_000)
  expect(limit.isOver('a', 1_000_000 + 899_999)).toBe(true)
  expect(limit.isOver('a', 1_000_000 + 900_000)).toBe(false)
  for (let guess = 0; guess < 10; guess += 1) limit.count('a', 2_000_000)
  expect(limit.isOver('a', 1_000)).toBe(false)
})

test('sources beyond what is remembered count for all', () => {
  const limit = new GuessLimit()
  for (let source = 0; source < 300; source += 1) limit.count(`s${source}`, 0)
  expect(limit.isOver('somebody else', 1)).toBe(true)
})
