import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Gate } from '../proxy/http/open-gate.ts'
import { openGate } from '../proxy/http/open-gate.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'

/** Requests that node:http, a strict reader that isn't ours, has found in what the gate sent it. */
const seen: string[] = []
const origin = createServer((request, response) => {
  seen.push(request.url ?? '')
  request.resume()
  request.on('end', () => response.end('ok'))
})
let gate: Gate
let port: number

beforeAll(async () => {
  origin.listen(0, '127.0.0.1')
  await once(origin, 'listening')
  port = (origin.address() as AddressInfo).port
  gate = await openGate({ deps: { timeouts: { sweepMs: 20, silenceMs: 400, lingerMs: 50 } } })
})

afterAll(async () => {
  await gate.service.close()
  origin.closeAllConnections()
  origin.close()
})

/** Says it, ends, and waits for the gate to end too. */
async function say(text: string): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: gate.proxy.port })
  socket.on('error', () => undefined)
  socket.resume()
  socket.end(text, 'latin1')
  await new Promise<void>((settle) => {
    socket.on('close', () => {
      settle()
    })
  })
}

const field = fc.constantFrom(
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: 40\r\n',
    'Content-Length: 0\r\n',
    'Content-Length : 5\r\n',
  ],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding:\tchunked\r\n',
    'Transfer-Encoding: x\r\n',
  ],
  ...[
    'Transfer-Encoding\r\n : chunked\r\n',
    'transfer-encoding: CHUNKED\r\n',
    'Content-length: 05\r\n',
  ],
  ...[
    'X: y\nTransfer-Encoding: chunked\r\n',
    'X: \rContent-Length: 5\r\n',
    'Connection: Content-Length\r\n',
  ],
  ...[
    'Connection: Transfer-Encoding\r\n',
    'Connection: close\r\n',
    'Expect: 100-continue\r\n',
    'X: y\r\n',
  ],
)
const body = fc.constantFrom(
  ...[
    '',
    'hello',
    '0\r\n\r\n',
    '5\r\nhello\r\n0\r\n\r\n',
    '5 \r\nhello\r\n0\r\n\r\n',
    '0\n\n',
    '5;\n\r\nhello\r\n',
  ],
  ...['fffffffffffffffff\r\nx', '0\r\nX: y\r\n\r\n', '0\r\n\rX', '-1\r\n', '5\r\nhello0\r\n\r\n'],
)

test('an origin never sees a request that was not judged', async () => {
  let relayed = 0
  const shape = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS'),
    fields: fc.array(field, { maxLength: 3 }),
    body,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(shape, { minLength: 1, maxLength: 3 }), async (requests) => {
      seen.length = 0
      gate.plane.counted.length = 0
      const text = requests.map(
        (each, n) =>
          `${each.method} http://judged.test:${port}/${n} HTTP/1.1\r\nHost: x\r\n${each.fields.join('')}\r\n${each.body}`,
      )
      // What a smuggler wants to slip past: origin-form, which no proxy request of ours has.
      await say(`${text.join('')}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`)
      expect(seen).not.toContain('/smuggled')
      expect(seen.length).toBeLessThanOrEqual(gate.plane.counted.length)
      relayed += seen.length
    }),
    { numRuns: Math.ceil(FUZZ_RUNS / 2) },
  )
  expect(relayed).toBeGreaterThan(0)
  expect(gate.plane.metric('schoolgate_http_faults_total')).toBe(0)
})

test('any bytes are answered or closed, and never a fault', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
      await say(text)
    }),
    { numRuns: Math.ceil(FUZZ_RUNS / 3) },
  )
  expect(gate.plane.metric('schoolgate_http_faults_total')).toBe(0)
  expect(gate.logged).toEqual([])
})
