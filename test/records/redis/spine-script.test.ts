import { expect, test } from 'vitest'
import {
  APPEND_SCRIPT,
  documentsKey,
  ledgerKey,
  peopleKey,
} from '../../../records/redis/spine-script.ts'

test('the keys carry the site as a hash tag', () => {
  expect([ledgerKey('ex'), documentsKey('ex'), peopleKey('ex')]).toEqual([
    'sg:{ex}:ledger',
    'sg:{ex}:documents',
    'sg:{ex}:people',
  ])
})

test('the script looks at the head before it writes anything, and deletes nothing', () => {
  const calls = [...APPEND_SCRIPT.matchAll(/redis\.call\('(\w+)'/g)].map(([, name]) => name)
  expect(calls).toEqual(['XREVRANGE', 'HSETNX', 'HDEL', 'HSET', 'XADD'])
})
