import { expect, test } from 'vitest'
import {
  coverFacts,
  emergencyBlockFacts,
  holderFacts,
  reviewFacts,
} from '../../../records/governance/governance-state.ts'
import { holder } from './sample-desk.ts'

const cover = {
  duty: 'dsl',
  person: 'x',
  from: '2026-11-24T10:00:00Z',
  to: '2026-11-25T10:00:00+01:00',
}

const FACTS: readonly [says: string, holds: boolean, fits: () => boolean][] = [
  ['a person with duties', true, () => holderFacts.safeParse(holder(['dsl'])).success],
  [
    'a duty that no school has',
    false,
    () =>
      holderFacts.safeParse({ ...holder([]), roles: [{ role: 'king', from: null, to: null }] })
        .success,
  ],
  [
    'a field nobody reads',
    false,
    () => holderFacts.safeParse({ ...holder([]), name: 'Ada' }).success,
  ],
  ['a cover with both dates', true, () => coverFacts.safeParse(cover).success],
  ['a date that is none', false, () => coverFacts.safeParse({ ...cover, to: 'Friday' }).success],
  [
    'a duty that is not covered',
    false,
    () => coverFacts.safeParse({ ...cover, duty: 'governor' }).success,
  ],
  ['hosts', true, () => emergencyBlockFacts.safeParse({ hosts: ['a.example'] }).success],
  [
    'a host in no canonical form',
    false,
    () => emergencyBlockFacts.safeParse({ hosts: ['A.example'] }).success,
  ],
  [
    'a host that is none',
    false,
    () => emergencyBlockFacts.safeParse({ hosts: ['https://a'] }).success,
  ],
  ['a block of nothing', false, () => emergencyBlockFacts.safeParse({ hosts: [] }).success],
  [
    'more hosts than a person types',
    false,
    () =>
      emergencyBlockFacts.safeParse({ hosts: Array.from({ length: 51 }, () => 'a.example') })
        .success,
  ],
  [
    'a review that says nothing',
    false,
    () => reviewFacts.safeParse({ from: 1, to: 1, result: 'fine', comment: '' }).success,
  ],
]

test.each(FACTS)('%s: %s', (_, holds, fits) => {
  expect(fits()).toBe(holds)
})
