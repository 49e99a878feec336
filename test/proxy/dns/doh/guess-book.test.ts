import { expect, test } from 'vitest'
import { MAX_GUESSERS, MAX_GUESSES } from '../../../../proxy/dns/doh/doh-limits.ts'
import { GuessBook } from '../../../../proxy/dns/doh/guess-book.ts'

test('an address may try so often in a minute, others as often', () => {
  const book = new GuessBook()
  for (let guess = 0; guess < MAX_GUESSES; guess += 1) expect(book.count('a', 0)).toBe(true)
  expect(book.count('a', 59_999)).toBe(false)
  expect(book.count('b', 59_999)).toBe(true)
  expect(book.count('a', 60_000)).toBe(true)
})

test('a flood of addresses is forgotten from its beginning', () => {
  const book = new GuessBook()
  for (let guess = 0; guess <= MAX_GUESSES; guess += 1) book.count('first', 0)
  for (let one = 0; one < MAX_GUESSERS; one += 1) book.count(`address-${one}`, 1)
  expect(book.count('first', 2)).toBe(true)
})
