import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EndedBook } from '../../../proxy/clients/ended-book.ts'
import { endedOf } from '../../records/presence/presence-contract.ts'
import { SEEN_AT, sightingOf } from '../../support/sightings.ts'

const HERE = '10.1.0.7'

test('what was taken back stays so for as long as it would have counted, and no longer', () => {
  const book = new EndedBook(9)
  const ended = endedOf()
  expect(book.note(HERE, ended, SEEN_AT)).toBe(true)
  expect(book.note(HERE, ended, SEEN_AT)).toBe(false)
  const told = sightingOf({ source: 'radius', reporter: 'ap-1', at: SEEN_AT - 1 })
  expect(book.covers(HERE, told)).toBe(true)
  expect(book.covers(HERE, { ...told, at: SEEN_AT + 1 })).toBe(false)
  expect(book.covers(HERE, { ...told, reporter: 'ap-2' })).toBe(false)
  expect(book.covers('10.1.0.8', told)).toBe(false)
  expect(book.at(HERE, ended.until)).toEqual([])
  book.prune(ended.until)
  expect(book.covers(HERE, told)).toBe(false)
})

test('in whatever order ends are heard, all gates keep the same, within bounds', () => {
  const end = fc
    .record({ at: fc.integer({ min: 1, max: 1_000 }), reporter: fc.string({ maxLength: 8 }) })
    .map(({ at, reporter }) => endedOf({ at: SEEN_AT + at, reporter }))
  const ends = fc.uniqueArray(end, { selector: ({ at }) => at, maxLength: 8 })
  fc.assert(
    fc.property(
      ends.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      ),
      ([all, shuffled]) => {
        const books = [all, shuffled].map((order) => {
          const book = new EndedBook(2)
          for (const one of order) book.note(HERE, one, SEEN_AT)
          for (const far of ['a', 'b', 'c']) book.note(far, endedOf(), SEEN_AT)
          for (const one of order) book.note(HERE, one, SEEN_AT)
          return book.at(HERE, SEEN_AT)
        })
        expect(books[0]).toEqual(books[1])
        expect(books[0]?.length).toBeLessThanOrEqual(8)
      },
    ),
  )
})
