import { Socket } from 'node:net'
import { AnswerCache } from '../../proxy/dns/answer-cache.ts'
import { DohClients } from '../../proxy/dns/doh/doh-clients.ts'
import { DohCounts } from '../../proxy/dns/doh/doh-counts.ts'
import type { DohExchange } from '../../proxy/dns/doh/doh-exchange.ts'
import { DohServer } from '../../proxy/dns/doh/doh-server.ts'
import { DohAskers } from '../../proxy/clients/doh-askers.ts'
import { tokenMemory, TokenWriter } from '../../proxy/clients/token-table.ts'
import { Resolver } from '../../proxy/dns/resolver.ts'
import { packAnswer, packFailure } from '../../proxy/dns/wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from '../../proxy/dns/wire/question.ts'
import { sha256 } from '../../records/ledger/chain.ts'
import { a, paddedQuery, queryFor, responseTo } from '../../test/support/dns-packets.ts'
import { scriptedDecider, scriptedPlane } from '../../test/support/scripted-plane.ts'
import { measure } from './measure.ts'

/**
 * What DNS over HTTPS adds to the packet path, between request and response: reading the head, the token of one
 * of 100,000 devices, the least TTL and padding. Node's HTTP/2 and TLS are beside it.
 */
const NAMES = Array.from({ length: 1000 }, (_, i) => `host-${i}.school-${i % 40}.example`)
const TOKENS = Array.from({ length: 100_000 }, (_, i) => `token-${i}`)

const plane = scriptedPlane()
plane.decider = scriptedDecider({})
Object.assign(plane.tally, { countWire: () => undefined })
const cells = { entriesCell: { n: 0 }, evictionsCell: { n: 0 } }
const cache = new AnswerCache({ entries: 10_000, octets: 10_000 * 256, seed: 1, ...cells })
const flights = { ask: () => Promise.resolve({ packed: packFailure(2, 22, 5), fixedTtl: -1 }) }
const blockPage = Uint8Array.of(127, 0, 0, 9)
const resolver = new Resolver({ plane, cache, flights, maxTtl: 300, blockPage }, 'doh')

const tokens = tokenMemory(TOKENS.length)
new TokenWriter(tokens).follow(new Map(TOKENS.map((token, i) => [sha256(token), i + 1])))
const askers = new DohAskers({
  tokens,
  subjectAt: () => plane.subject,
  now: () => 0,
  onSeen: () => undefined,
})
const server = new DohServer({
  resolver,
  askerOf: askers.of.bind(askers),
  counts: new DohCounts(plane.meter),
  log: { warn: () => undefined, error: () => undefined },
})
const socket = new Socket()
Object.defineProperty(socket, 'remoteAddress', { value: '203.0.113.7' })
const client = new DohClients().admit(socket, 0)
if (client === null) throw new Error('the bench was turned away')
const met = client

function warm(query: Uint8Array, name: string): Uint8Array {
  const question = emptyQuestion()
  readQuestion(query, question)
  const packed = packAnswer(responseTo(queryFor(name), { answers: [a(name)] }), question.end)
  if (packed === undefined) throw new Error('the bench made a bad answer')
  cache.put(query, question, packed, plane.clock / 1000)
  return query
}

function exchangeFor(query: Uint8Array, path: string): DohExchange {
  const target = `${path}?dns=${Buffer.from(query).toString('base64url')}`
  return {
    head: { method: 'GET', target, contentType: undefined, contentLength: undefined },
    readBody: () => undefined,
    respond: (status) => {
      if (status !== 200) throw new Error(`the bench meant an answer, not ${status}`)
    },
    onSent: () => undefined,
    onClose: () => undefined,
  }
}

const serve = (exchange: DohExchange): void => {
  server.serve(met, exchange)
}
const plain = NAMES.map((name) => warm(queryFor(name, { id: 0, edns: 1232 }), name))
measure(
  'doh-path: cache hit by GET',
  plain.map((query) => exchangeFor(query, '/dns-query')),
  serve,
)
measure(
  'doh-path: the same with the token of one of 100,000 devices',
  plain.map((query, i) => exchangeFor(query, `/dns-query/token-${i * 97}`)),
  serve,
)
measure(
  'doh-path: the same, padded',
  NAMES.map((name) => exchangeFor(paddedQuery(name), '/dns-query')),
  serve,
)
