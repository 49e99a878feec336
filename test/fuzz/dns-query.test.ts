import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AnswerCache } from '../../proxy/dns/answer-cache.ts'
import { LATER, Resolver } from '../../proxy/dns/resolver.ts'
import { packAnswer, packFailure } from '../../proxy/dns/wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from '../../proxy/dns/wire/question.ts'
import { a, cname, queryFor, responseTo } from '../support/dns-packets.ts'
import { BLOCKED, scriptedPlane } from '../support/scripted-plane.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'

const plane = scriptedPlane({ rulings: { 'blocked.test': BLOCKED }, answer: 'page' })
const cache = new AnswerCache({
  entries: 16,
  octets: 1 << 18,
  seed: 3,
  entriesCell: { n: 0 },
  evictionsCell: { n: 0 },
})
const landing = { packed: packFailure(2, 22, 5), fixedTtl: -1 }
const resolver = new Resolver(
  {
    plane,
    cache,
    flights: { ask: () => Promise.resolve(landing) },
    maxTtl: 300,
    blockPage: Uint8Array.of(127, 0, 0, 9),
  },
  'udp',
)
const seeds = ['www.test', 'alias.test', 'x.blocked.test', 'use-application-dns.net'].flatMap(
  (name) => [
    queryFor(name),
    queryFor(name, { edns: 1232, dnssecOk: true }),
    queryFor(name, { type: 'ANY', edns: 512 }),
  ],
)
for (const query of seeds.slice(0, 4)) {
  const question = emptyQuestion()
  readQuestion(query, question)
  const answers = [cname('www.test', 'cdn.test'), a('cdn.test')]
  const packed = packAnswer(
    responseTo(queryFor('www.test'), { answers }),
    queryFor('www.test').length,
  )
  if (packed !== undefined) cache.put(query, question, packed, plane.clock / 1000)
}

/** Anything at all; and queries with some octets changed, cut or grown, which get further in. */
const packets = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc
    .record({
      seed: fc.constantFrom(...seeds),
      changes: fc.array(fc.tuple(fc.nat(80), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      length: fc.integer({ min: 0, max: 120 }),
      tail: fc.uint8Array({ maxLength: 30 }),
    })
    .map(({ seed, changes, length, tail }) => {
      const bytes = Uint8Array.from([...seed.subarray(0, length), ...tail])
      for (const [at, octet] of changes) if (at < bytes.length) bytes[at] = octet
      return bytes
    }),
)

test('any packet is answered within its limit, put off or dropped, but never thrown at', async () => {
  const into = new Uint8Array(65_535)
  const seen = { now: 0, later: 0, none: 0 }
  await fc.assert(
    fc.asyncProperty(packets, async (packet) => {
      const octets = resolver.answerNow(packet, '127.10.20.7', into)
      seen[octets === LATER ? 'later' : octets === 0 ? 'none' : 'now'] += 1
      const answer =
        octets === LATER
          ? await resolver.answerLater(packet, '127.10.20.7')
          : into.subarray(0, octets)
      if (octets === 0) return
      expect(answer.length).toBeGreaterThanOrEqual(12)
      expect(answer.length).toBeLessThanOrEqual(1232)
      expect([answer[0], answer[1]]).toEqual([packet[0], packet[1]])
      expect((answer[2] ?? 0) & 0x80).toBe(0x80)
    }),
    { numRuns: FUZZ_RUNS * 3 },
  )
  // Guard against a vacuous pass.
  expect(Math.min(seen.now, seen.later, seen.none)).toBeGreaterThan(0)
})
