import { expect, test } from 'vitest'
import { RecordsCounters } from '../../records/records-counters.ts'

test('two threads add to the same counters', () => {
  const one = new RecordsCounters()
  const other = new RecordsCounters(one.buffer)
  one.add('written', 2)
  other.add('written', 2 ** 33)
  other.add('lost', 0)
  expect([one.get('written'), one.get('lost'), one.get('shipped')]).toEqual([2 ** 33 + 2, 0, 0])
})
