import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { Deadlines } from '../../../proxy/http/deadlines.ts'
import { MAX_IDLE_PER_ORIGIN } from '../../../proxy/http/limits.ts'
import { OriginConnection } from '../../../proxy/http/origin-connection.ts'
import { OriginPool } from '../../../proxy/http/origin-pool.ts'
import { until } from '../../support/until.ts'
import { RawOrigin } from './raw-origin.ts'

interface Pooling extends AsyncDisposable {
  readonly pool: OriginPool
  readonly origin: RawOrigin
  open(): Promise<OriginConnection>
}

async function openPool(): Promise<Pooling> {
  const deadlines = new Deadlines(10)
  const pool = new OriginPool(deadlines, 60_000)
  const origin = await RawOrigin.open()
  return {
    pool,
    origin,
    open: async () => {
      const socket = connect({ host: '127.0.0.1', port: origin.port, allowHalfOpen: true })
      await once(socket, 'connect')
      return new OriginConnection(socket, (fault) => {
        throw fault
      })
    },
    [Symbol.asyncDispose]: async () => {
      pool.close()
      deadlines.stop()
      await origin[Symbol.asyncDispose]()
    },
  }
}

test('gives the newest first, and each once', async () => {
  await using at = await openPool()
  const [older, newer] = [await at.open(), await at.open()]
  at.pool.put('a 80', older)
  at.pool.put('a 80', newer)
  expect(at.pool.take('b 80')).toBe(undefined)
  expect(at.pool.take('a 80')).toBe(newer)
  expect(at.pool.take('a 80')).toBe(older)
  expect(at.pool.take('a 80')).toBe(undefined)
  older.destroy()
  newer.destroy()
})

test.each([
  ['closes', (end: RawOrigin) => end.connections[0]?.socket.end()],
  ['resets', (end: RawOrigin) => end.connections[0]?.socket.resetAndDestroy()],
  [
    'says something unasked',
    (end: RawOrigin) => end.connections[0]?.say('HTTP/1.1 200 OK\r\n\r\n'),
  ],
])('lets go of a connection whose origin %s', async (_name, act) => {
  await using at = await openPool()
  const connection = await at.open()
  await at.origin.connection(0)
  at.pool.put('a 80', connection)
  act(at.origin)
  await until(
    () => connection.socket.destroyed,
    (destroyed) => destroyed,
  )
  expect(at.pool.take('a 80')).toBe(undefined)
})

test('keeps a bounded number per origin, the newest, and none once it is closed', async () => {
  await using at = await openPool()
  const all: OriginConnection[] = []
  for (let n = 0; n <= MAX_IDLE_PER_ORIGIN; n += 1) all.push(await at.open())
  for (const connection of all) at.pool.put('a 80', connection)
  expect(all.filter(({ socket }) => socket.destroyed)).toEqual([all[0]])
  at.pool.close()
  expect(all.every(({ socket }) => socket.destroyed)).toBe(true)
  const late = await at.open()
  at.pool.put('a 80', late)
  expect(late.socket.destroyed).toBe(true)
})
