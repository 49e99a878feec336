import { AnswerCache } from '../../proxy/dns/answer-cache.ts'
import { LATER, Resolver } from '../../proxy/dns/resolver.ts'
import { packAnswer, packFailure } from '../../proxy/dns/wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from '../../proxy/dns/wire/question.ts'
import { scriptedDecider, scriptedPlane } from '../../test/support/scripted-plane.ts'
import { a, cname, queryFor, responseTo } from '../../test/support/dns-packets.ts'
import { measure } from './measure.ts'

/**
 * The packet path between socket and socket, without the policy's share (`bench/micro` has the decision
 * and the list look-up of their own): one group per branch of `Resolver.answerNow`, and what a miss adds.
 */
const NAMES = Array.from({ length: 2000 }, (_, i) => `host-${i}.school-${i % 40}.example`)

const plane = scriptedPlane()
const open = scriptedDecider({})
const everything = scriptedDecider({
  rulings: { example: { action: 'block', reasonCode: 'category' } },
})
const blocked = everything.decideHost(plane.subject.stance, 'www.example')
const closed = { ...open, decideWire: () => blocked }
Object.assign(plane.recorder, { lookup: () => undefined })
Object.assign(plane.tally, { countWire: () => undefined })

const cache = new AnswerCache({
  entries: 10_000,
  octets: 10_000 * 256,
  seed: 20_261_124,
  entriesCell: { n: 0 },
  evictionsCell: { n: 0 },
})
const deps = {
  plane,
  cache,
  flights: { ask: () => Promise.resolve({ packed: packFailure(2, 22, 5), fixedTtl: -1 }) },
  maxTtl: 300,
  blockPage: Uint8Array.of(127, 0, 0, 9),
}
const resolver = new Resolver(deps, 'udp')
const into = new Uint8Array(65_535)
const question = emptyQuestion()

function packedFor(query: Uint8Array, name: string, aliases: number): Uint8Array {
  const chain = Array.from({ length: aliases }, (_, i) =>
    cname(i === 0 ? name : `edge-${i}.example`, `edge-${i + 1}.example`),
  )
  const answers = [...chain, a(aliases === 0 ? name : `edge-${aliases}.example`)]
  readQuestion(query, question)
  const packed = packAnswer(responseTo(query, { answers }), question.end)
  if (packed === undefined) throw new Error('the bench made a bad answer')
  return packed
}

function warm(prefix: string, aliases: number): readonly Uint8Array[] {
  return NAMES.map((host) => {
    const query = queryFor(`${prefix}${host}`, { edns: 1232 })
    const packed = packedFor(query, `${prefix}${host}`, aliases)
    cache.put(query, question, packed, plane.clock / 1000)
    return query
  })
}

function answer(query: Uint8Array): number {
  return resolver.answerNow(query, '127.10.20.7', into)
}

const one = warm('', 0)
const chained = warm('w.', 3)
const unknown = NAMES.map((host) => queryFor(`u.${host}`, { edns: 1232 }))

plane.decider = open
measure('dns-path: cache hit, one address', one, answer)
measure('dns-path: cache hit, three aliases judged', chained, answer)
measure('dns-path: miss, put off', unknown, (query) => {
  if (answer(query) !== LATER) throw new Error('the bench meant a miss')
})
plane.decider = closed
measure('dns-path: refused, with its extended error', one, answer)
measure(
  'dns-path: malformed, formerr',
  one.map((query) => query.subarray(0, 20)),
  answer,
)

const responses = NAMES.map((host) => {
  const query = queryFor(host)
  return { response: responseTo(query, { answers: [a(host)] }), end: query.length }
})
measure('dns-path: pack an upstream answer', responses, ({ response, end }) =>
  packAnswer(response, end),
)

const scratch = emptyQuestion()
measure('dns-path: read a query', one, (query) => readQuestion(query, scratch))
