import { expect, test } from 'vitest'
import { shrinkOf } from '../../../../proxy/lists/feeds/judge-copy.ts'

test.each<
  [what: string, now: Record<string, number>, before: Record<string, number>, says: RegExp | null]
>([
  ['30 % is not more than 30 %', { a: 70 }, { a: 100 }, null],
  ['a little more is', { a: 69 }, { a: 100 }, /the list shrinks from 100 to 69/],
  ['one list of many', { a: 69, b: 900 }, { a: 100, b: 900 }, /`a` shrinks from 100 to 69/],
  ['one that is gone', { b: 900 }, { a: 100, b: 900 }, /`a` shrinks from 100 to 0/],
  ['a small one is tidied', { a: 10, b: 900 }, { a: 40, b: 900 }, null],
  ['a small one does not empty', { a: 0, b: 900 }, { a: 40, b: 900 }, /`a` shrinks from 40 to 0/],
  ['a new list', { a: 100, b: 1 }, { a: 100 }, null],
])('%s', (_what, now, before, says) => {
  const shrinks = shrinkOf(now, before)
  if (says === null) expect(shrinks).toBeNull()
  else expect(shrinks).toMatch(says)
})
