import { expect, test } from 'vitest'
import { UsageStore } from '../../../records/usage/usage-store.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const USAGE = { who: 'phone', classId: 'personal', phase: null, period: '2026-11-24', octets: 3e12 }

test('what was saved last is there after a restart, and nothing before it', () => {
  const directory = tempDirectory()
  expect(UsageStore.read(directory)).toBe(null)
  {
    using store = UsageStore.open(directory)
    store.save([USAGE, { ...USAGE, who: 'tablet', phase: 'secondary' }])
    store.save([USAGE])
  }
  using read = UsageStore.read(directory)
  expect(read?.all()).toEqual([USAGE])
})
