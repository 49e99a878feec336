import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AnswerCache } from '../../proxy/dns/answer-cache.ts'
import { DohClients } from '../../proxy/dns/doh/doh-clients.ts'
import { DohCounts } from '../../proxy/dns/doh/doh-counts.ts'
import type { DohExchange } from '../../proxy/dns/doh/doh-exchange.ts'
import { DohServer } from '../../proxy/dns/doh/doh-server.ts'
import { Resolver } from '../../proxy/dns/resolver.ts'
import { packFailure } from '../../proxy/dns/wire/packed-answer.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'
import { paddedQuery, queryFor } from '../support/dns-packets.ts'
import { BLOCKED, scriptedPlane } from '../support/scripted-plane.ts'
import { Socket } from 'node:net'

const plane = scriptedPlane({ rulings: { 'blocked.test': BLOCKED } })
const cells = { entriesCell: { n: 0 }, evictionsCell: { n: 0 } }
const faults: string[] = []
const resolver = new Resolver(
  {
    plane,
    cache: new AnswerCache({ entries: 16, octets: 1 << 16, seed: 3, ...cells }),
    flights: { ask: () => Promise.resolve({ packed: packFailure(2, 22, 5), fixedTtl: -1 }) },
    maxTtl: 300,
    blockPage: Uint8Array.of(127, 0, 0, 9),
  },
  'doh',
)
const server = new DohServer({
  resolver,
  askerOf: (address, token) =>
    token === null || token === 'mine' ? { kind: 'known', source: address } : { kind: 'unknown' },
  counts: new DohCounts(plane.meter),
  log: { warn: () => undefined, error: (_fields, message) => faults.push(message) },
})
const socket = new Socket()
Object.defineProperty(socket, 'remoteAddress', { value: '127.10.20.7' })
const admitted = new DohClients().admit(socket, 0)
if (admitted === null) throw new Error('no room')
const client = admitted

interface Asked {
  readonly method: string
  readonly target: string
  readonly contentType: string | undefined
  readonly contentLength: string | undefined
  readonly body: Uint8Array
}

/** Resolves with the one answer that a request gets. */
function answerTo({ body, ...head }: Asked): Promise<{ status: number; body: Uint8Array }> {
  return new Promise((resolve, reject) => {
    let answers = 0
    const exchange: DohExchange = {
      head,
      readBody: (limit, done) => {
        done(body.length > limit ? null : body)
      },
      respond: (status, _headers, octets) => {
        answers += 1
        if (answers > 1) reject(new Error('answered twice'))
        else resolve({ status, body: octets })
      },
      onSent: () => undefined,
      onClose: () => undefined,
    }
    server.serve(client, exchange)
  })
}

const queries = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(
    queryFor('www.test'),
    queryFor('x.blocked.test', { edns: 1232 }),
    paddedQuery('www.test'),
  ),
)
const targets = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc
    .tuple(
      fc.constantFrom('/dns-query', '/dns-query/', '/dns-query/mine', '/dns-query/other', '/'),
      queries,
    )
    .map(([path, query]) => `${path}?dns=${Buffer.from(query).toString('base64url')}`),
  fc.string({ maxLength: 80 }).map((text) => `/dns-query?dns=${text}`),
)
const requests: fc.Arbitrary<Asked> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', ''),
  target: targets,
  contentType: fc.constantFrom('application/dns-message', 'text/plain', undefined),
  contentLength: fc.constantFrom('10', '99999', 'x', undefined),
  body: fc.oneof(queries, fc.constant(new Uint8Array(5_000))),
})

test('any request gets one answer, of a status that is ours, and meets no fault', async () => {
  const seen = new Set<number>()
  await fc.assert(
    fc.asyncProperty(requests, async (asked) => {
      const { status, body } = await answerTo(asked)
      seen.add(status)
      expect([200, 400, 404, 405, 413, 414, 415, 429]).toContain(status)
      if (status === 200) expect((body[2] ?? 0) & 0x80).toBe(0x80)
    }),
    { numRuns: FUZZ_RUNS * 3 },
  )
  expect(faults).toEqual([])
  // Guard against a vacuous pass.
  for (const status of [200, 400, 404, 405, 415]) expect(seen).toContain(status)
})
