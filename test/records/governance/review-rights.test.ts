import { expect, test } from 'vitest'
import { barrierToReview, reviewersOf } from '../../../records/governance/review-rights.ts'
import type { QueuedChange } from '../../../records/governance/governance-state.ts'
import { EMPTY_REGISTER } from '../../../records/register/register.ts'
import { AT, ON_DUTY, REASON } from './sample-desk.ts'

function queued(seq: number, actor: string): QueuedChange {
  const what = {
    kind: 'device.put',
    object_id: 'x',
    ts: '2026-11-24T10:00:00.000Z',
    reason: REASON,
  }
  return { ...what, seq, actor, direction: 'tighten', approvedBy: null, answer: null }
}

const register = {
  ...EMPTY_REGISTER,
  holders: new Map(Object.entries(ON_DUTY)),
  queue: new Map([queued(3, 'nm'), queued(5, 'dsl')].map((change) => [String(change.seq), change])),
}

const ROWS: readonly [
  says: string,
  actor: string,
  from: number,
  to: number,
  said: string | undefined,
][] = [
  ['a lead reviews', 'dsl', 3, 3, undefined],
  ['a deputy reviews a range', 'deputy', 1, 9, undefined],
  ['not one with an own change in it', 'dsl', 1, 9, 'entry 5 is by `dsl`'],
  ['a network manager reviews nothing', 'nm', 5, 5, '`nm` may not review'],
  ['what does not wait is not reviewed', 'head', 4, 4, 'nothing waits for a review at entry 4'],
]

test.each(ROWS)('%s', (...[, actor, from, to, said]) => {
  const barrier = barrierToReview(register, { from, to }, { actor, at: AT })
  if (said === undefined) expect(barrier).toBeUndefined()
  else expect(barrier).toContain(said)
})

test('those who may review an entry are all but who made it', () => {
  expect(reviewersOf(register, queued(5, 'dsl'), AT)).toEqual(['deputy', 'head', 'slt'])
})
