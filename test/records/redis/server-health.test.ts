import { expect, test } from 'vitest'
import { readServerHealth } from '../../../records/redis/server-health.ts'

const FIT =
  'connected_slaves:2\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\naof_last_write_status:ok\r\n'

test('a server that keeps what it acknowledged raises no alarm, and its replicas are counted', () => {
  expect(readServerHealth(FIT)).toEqual({ replicas: 2, alarm: null })
})

test.each([
  ['evicts', FIT.replace('noeviction', 'allkeys-lru'), 'maxmemory-policy allkeys-lru'],
  ['forgets', FIT.replace('aof_enabled:1', 'aof_enabled:0'), 'appendonly yes'],
  ['cannot write', FIT.replace('status:ok', 'status:err'), 'look at its disk'],
  ['tells nothing', '', 'maxmemory-policy unknown'],
])('a server that %s raises an alarm', (_what, info, alarm) => {
  expect(readServerHealth(info).alarm).toContain(alarm)
})
