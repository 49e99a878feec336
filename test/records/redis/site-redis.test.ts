import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { takeSnapshot } from '../../../records/backup/snapshot.ts'
import { redisOf, rememberRedis } from '../../../records/redis/site-redis.ts'
import { StoreRefused } from '../../../records/sqlite/open-database.ts'
import { addressOf } from '../../support/spine-scene.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const FILE = '.site-redis.json'

test.each([
  'redis://gate:secret@10.0.0.5:6380/2',
  'redis+sentinel://10.0.0.5,10.0.0.6:26380/main?resp=2',
  'rediss+cluster://10.0.0.5:7000,10.0.0.6:7000',
])('what a gate noted of %s a command reads', (url) => {
  const directory = tempDirectory()
  const address = addressOf(url)
  rememberRedis(directory, { gate: 'g1', address })
  expect(redisOf(directory)).toEqual({ gate: 'g1', address })
})

test('the file of the authority is found from any folder', () => {
  const directory = tempDirectory()
  rememberRedis(directory, { gate: 'g1', address: addressOf('rediss://h?ca=ca.pem') })
  expect(redisOf(directory)?.address.caFile).toBe(resolve('ca.pem'))
})

test('nobody else can read the note, no backup holds it, and a gate without Redis takes it away', async () => {
  const directory = tempDirectory()
  rememberRedis(directory, { gate: 'g1', address: addressOf('redis://:secret@h') })
  expect(readFileSync(join(directory, FILE), 'utf8')).toContain('secret')
  expect(statSync(join(directory, FILE)).mode & 0o077).toBe(0)
  expect(await takeSnapshot(directory, tempDirectory())).toEqual([])
  rememberRedis(directory, null)
  expect(redisOf(directory)).toBeNull()
})

test.each(['', '{', '{"gate":"g1"}'])('a note that is none is refused: %j', (text) => {
  const directory = tempDirectory()
  writeFileSync(join(directory, FILE), text)
  expect(() => redisOf(directory)).toThrow(StoreRefused)
})
