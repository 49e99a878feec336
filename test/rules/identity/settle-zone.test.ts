import fc from 'fast-check'
import { expect, test } from 'vitest'
import { settleZone, type Whereabouts } from '../../../rules/identity/settle-zone.ts'

const SETTLE = 90_000

function walk(steps: readonly (readonly [zone: string, now: number])[]): Whereabouts | null {
  let where: Whereabouts | null = null
  for (const [zone, now] of steps) where = settleZone(where, zone, { now, settleMs: SETTLE })
  return where
}

test('where something is first seen counts at once', () => {
  expect(walk([['hall', 0]])).toEqual({ zone: 'hall', heldZone: null, settlesAt: 0 })
})

test('another zone counts after 90 seconds, however often it is told', () => {
  const moved = { zone: 'hall', heldZone: 'yard', settlesAt: 95_000 }
  expect(
    walk([
      ['yard', 0],
      ['hall', 5_000],
    ]),
  ).toEqual(moved)
  expect(
    walk([
      ['yard', 0],
      ['hall', 5_000],
      ['hall', 94_999],
    ]),
  ).toEqual(moved)
  expect(
    walk([
      ['yard', 0],
      ['hall', 5_000],
      ['hall', 95_000],
    ])?.heldZone,
  ).toBeNull()
})

test('on the way through a third zone the first one is held', () => {
  expect(
    walk([
      ['yard', 0],
      ['lobby', 5_000],
      ['hall', 9_000],
    ]),
  ).toEqual({
    zone: 'hall',
    heldZone: 'yard',
    settlesAt: 99_000,
  })
})

test('back where it was settled counts at once', () => {
  expect(
    walk([
      ['hall', 0],
      ['yard', 5_000],
      ['hall', 6_000],
    ]),
  ).toMatchObject({ heldZone: null })
})

test('whatever way something goes, a zone in which it has been for 90 seconds counts', () => {
  const step = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 60_000 }))
  fc.assert(
    fc.property(fc.array(step), fc.constantFrom('a', 'b', 'c'), (steps, last) => {
      let now = 0
      const way = steps.map(([zone, wait]) => [zone, (now += wait)] as const)
      const end = walk([...way, [last, now], [last, now + SETTLE]])
      expect(end).toMatchObject({ zone: last, heldZone: null })
    }),
  )
})
