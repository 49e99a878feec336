import { expect, test } from 'vitest'
import { sharedLists } from '../../commands/shared-lists.ts'

test('the same sources are compiled once, others for themselves', async () => {
  const obtain = sharedLists()
  const none = { sources: [], missing: [] }
  const [one, same, other] = [
    await obtain(none, null),
    await obtain({ ...none }, null),
    await obtain({ ...none, missing: ['list `a`'] }, null),
  ]
  expect(same).toBe(one)
  expect(other).not.toBe(one)
})
