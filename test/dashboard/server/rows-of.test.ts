import { expect, it } from 'vitest'
import { rowsOf } from '../../../dashboard/server/rows-of.ts'

it('a row has its id, in the order of the register', () => {
  expect(
    rowsOf(
      new Map([
        ['b', { x: 1 }],
        ['a', { x: 2 }],
      ]),
    ),
  ).toEqual([
    { id: 'b', x: 1 },
    { id: 'a', x: 2 },
  ])
})
