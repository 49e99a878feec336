import { expect, test } from 'vitest'
import { reviewDeadlineOf } from '../../../records/governance/review-deadline.ts'

const TS = '2026-11-24T10:00:00.000Z'
const NEXT_DAY = Date.parse('2026-11-25T10:00:00.000Z')

test.each([
  ['a correction in force', 'correction.put', null, NEXT_DAY],
  ['a correction taken back', 'correction.remove', null, NEXT_DAY],
  ['a correction that the lead has agreed to', 'correction.put', 'dsl', null],
  ['a lost device', 'device.put', null, null],
])('%s: until when must it be looked at?', (_what, kind, approvedBy, deadline) => {
  expect(reviewDeadlineOf({ kind, ts: TS, approvedBy })).toBe(deadline)
})
