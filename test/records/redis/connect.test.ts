import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  connectRedis,
  endRedis,
  makeRedisClient,
  readRedisAddress,
} from '../../../records/redis/connect.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { RedisServer } from '../../support/redis-server.ts'
import { TcpShim } from '../../support/tcp-shim.ts'
import { addressOf } from '../../support/spine-scene.ts'

const PLAIN = {
  shape: 'standalone',
  nodes: [{ host: 'h', port: 6379 }],
  primary: null,
  user: null,
  password: null,
  database: 0,
  isTls: false,
  caFile: null,
  resp: 3,
}

test.each([
  ['redis://h', PLAIN],
  [
    'redis://[::1]:7000/2?resp=2',
    { ...PLAIN, nodes: [{ host: '::1', port: 7000 }], database: 2, resp: 2 },
  ],
  ['redis://u:p%40ss@h', { ...PLAIN, user: 'u', password: 'p@ss' }],
  ['redis://:secret@h', { ...PLAIN, password: 'secret' }],
  ['rediss://h?ca=/etc/ca.pem', { ...PLAIN, isTls: true, caFile: '/etc/ca.pem' }],
  [
    'redis+sentinel://a,b:1/school',
    {
      ...PLAIN,
      shape: 'sentinel',
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 1 },
      ],
      primary: 'school',
    },
  ],
  [
    'rediss+cluster://a:1,b:2',
    {
      ...PLAIN,
      shape: 'cluster',
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
      isTls: true,
    },
  ],
])('reads `%s`', (text, address) => {
  expect(readRedisAddress(text)).toEqual(address)
})

test.each([
  ['http://h', 'is no Redis address'],
  ['redis://', 'is no Redis address'],
  ['redis://a,b', 'names several servers'],
  ['redis://h:0', '`h:0` is no host:port'],
  ['redis://h:70000', 'is no host:port'],
  ['redis://h/abc', 'is no number of a database'],
  ['redis://h?ca=/x', 'names a `ca`'],
  ['redis://h?tls=1', 'has the option `tls`'],
  ['redis+sentinel://h', "needs the primary's name"],
  ['redis+cluster://h/3', 'has no databases'],
  ['redis://a%ZZ:b@h', 'percent-encoded'],
])('refuses `%s`: %s', (text, problem) => {
  expect(readRedisAddress(text)).toContain(problem)
})

test('never throws, whatever the text, and repeats no password', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('redis', 'rediss', 'redis+sentinel', 'x'),
      fc.string(),
      (scheme, rest) => {
        readRedisAddress(`${scheme}://${rest}`)
        const told = readRedisAddress(`${scheme}://u:hunter2hunter2@${rest}`)
        if (typeof told === 'string' && !rest.includes('hunter'))
          expect(told).not.toContain('hunter2')
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
})

test('a missing CA file is told at once', () => {
  const address = addressOf('rediss://127.0.0.1:1?ca=/nowhere/ca.pem')
  expect(() => makeRedisClient(address, { name: 'x' })).toThrow('ENOENT')
})

test('the reason of a refused connection is told, not only that it is closed', async () => {
  await using server = await RedisServer.prepare()
  const client = makeRedisClient(addressOf(server.url), { name: 'x' })
  await expect(connectRedis(client)).rejects.toThrow('ECONNREFUSED')
  endRedis(client)
})

test('a server that accepts and says nothing is given up within the connect time', async () => {
  await using server = await RedisServer.prepare()
  await server.start()
  await using shim = await TcpShim.before(server.port)
  shim.hang()
  const client = makeRedisClient(addressOf(shim.url), { name: 'x' })
  const started = performance.now()
  await expect(connectRedis(client)).rejects.toThrow()
  expect(performance.now() - started).toBeLessThan(4_000)
  endRedis(client)
})
