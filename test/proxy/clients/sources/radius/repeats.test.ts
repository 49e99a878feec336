import { expect, test } from 'vitest'
import { Repeats } from '../../../../../proxy/clients/sources/radius/repeats.ts'

test('a packet that comes again gets the same answer, for half a minute', () => {
  const repeats = new Repeats()
  const answer = Buffer.from('answer')
  repeats.remember('one', answer, 0)
  expect(repeats.answerTo('one', 29_999)).toBe(answer)
  expect(repeats.answerTo('other', 0)).toBeNull()
  expect(repeats.answerTo('one', 30_000)).toBeNull()
})

test('a flood makes it forget the oldest, not grow', () => {
  const repeats = new Repeats()
  const answer = Buffer.alloc(20)
  for (let n = 0; n < 65_537; n += 1) repeats.remember(String(n), answer, 0)
  expect(repeats.answerTo('0', 0)).toBeNull()
  expect(repeats.answerTo('1', 0)).toBe(answer)
})
