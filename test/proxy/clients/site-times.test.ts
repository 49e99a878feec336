import { expect, test } from 'vitest'
import { SiteTimes } from '../../../proxy/clients/site-times.ts'
import { entryOf } from '../../records/presence/presence-contract.ts'
import { SEEN_AT } from '../../support/sightings.ts'

const HERE = '10.1.0.7'

test('what is told next is later than all that was told, whatever the clocks say', () => {
  const times = new SiteTimes()
  expect(times.next(HERE, SEEN_AT)).toBe(SEEN_AT)
  times.told(entryOf({ gate: 'ahead', at: SEEN_AT + 7_000 }))
  times.told(entryOf({ gate: 'behind', at: SEEN_AT - 7_000 }))
  expect(times.next(HERE, SEEN_AT)).toBe(SEEN_AT + 7_001)
  expect(times.isLast(entryOf({ gate: 'ahead', at: SEEN_AT + 7_000 }))).toBe(true)
  expect(times.isLast(entryOf({ gate: 'behind', at: SEEN_AT + 7_000 }))).toBe(false)
  times.forget(SEEN_AT + 60_000)
  expect(times.next(HERE, SEEN_AT)).toBe(SEEN_AT)
})

test('an address is answered three times in two minutes', () => {
  const times = new SiteTimes()
  times.told(entryOf())
  const answers = [1, 2, 3, 4].map(() => times.mayAnswer(HERE, SEEN_AT))
  expect(answers).toEqual([true, true, true, false])
  expect(times.mayAnswer(HERE, SEEN_AT + 120_001)).toBe(true)
})
