import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { StandIn } from '../../../proxy/self-test/stand-in.ts'
import { testPromises, type TestedPromise } from '../../../proxy/self-test/test-promises.ts'
import { promisingBundle, TEN } from './promising-bundle.ts'

/** What a proxy that answers `answer` to everybody makes of a promise. */
async function tested(promise: string, answer: string, knows = true) {
  const proxy = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(answer))
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    proxy.close()
  })
  const told: (readonly StandIn[])[] = []
  const http = { host: '0.0.0.0', port: (proxy.address() as AddressInfo).port }
  const bundle = await promisingBundle(`  - { id: a, says: Words., ${promise} }\n`)
  const standIn = (standIns: readonly StandIn[]) => {
    told.push(standIns)
    return Promise.resolve(knows)
  }
  const [result] = await testPromises({ bundle, standIn, dns: null, http, now: TEN })
  if (result === undefined) throw new Error('no result')
  return { result, told }
}

const PHONE = 'who: { device: phone }, zone: office, url: a.example'
const OPEN = 'HTTP/1.1 200 OK\r\n\r\n'
const REFUSED = 'HTTP/1.1 403 F\r\n\r\n{"reason_code":"site"}'
const WARNED = 'HTTP/1.1 403 F\r\n\r\n<h1>Think before you go on</h1>'

const CASES: readonly [promise: string, answer: string, state: TestedPromise['state']][] = [
  ['expect: block', REFUSED, 'kept'],
  ['expect: block, reason: site', REFUSED, 'kept'],
  ['expect: block, reason: category', REFUSED, 'broken'],
  ['expect: block', OPEN, 'broken'],
  ['expect: allow', OPEN, 'kept'],
  ['expect: allow', REFUSED, 'broken'],
  ['expect: allow', WARNED, 'broken'],
  ['expect: warn', WARNED, 'kept'],
  ['expect: warn', OPEN, 'broken'],
  ['expect: restrict', OPEN, 'kept'],
  ['expect: allow', '', 'unanswered'],
]

test.each(CASES)('%s, heard %j, is %s', async (promise, answer, state) => {
  const { result, told } = await tested(`${PHONE}, ${promise}`, answer)
  expect(result.state).toBe(state)
  expect(result.detail === null).toBe(state === 'kept')
  // Whom the addresses stand for is forgotten when the run has ended.
  expect(told.map((standIns) => standIns.length)).toEqual([1, 0])
})

test('a broken promise says who asked for what, where, and what came back', async () => {
  const { result } = await tested(`${PHONE}, expect: block`, OPEN)
  expect(result.detail).toBe(
    'a personal phone of staff in office asked over HTTP for a.example and was open (status 200)',
  )
})

test('without a data thread’s word nothing is asked', async () => {
  const { result } = await tested(`${PHONE}, expect: block`, OPEN, false)
  expect([result.state, result.detail]).toEqual([
    'unanswered',
    'a personal phone of staff in office asked over DNS for a.example and was unanswered (a data thread did not answer)',
  ])
})

test('a promise about another time is not asked now', async () => {
  const { result } = await tested(`${PHONE}, at: '2030-01-01T00:00:00Z', expect: block`, OPEN)
  expect([result.state, result.asked]).toEqual(['not_now', 0])
})
