import { expect, test } from 'vitest'
import { AnswerCache } from '../../../proxy/dns/answer-cache.ts'
import type { Landing } from '../../../proxy/dns/flights.ts'
import type { DnsTransport } from '../../../proxy/dns/query-counts.ts'
import { LATER, NO_ANSWER, Resolver } from '../../../proxy/dns/resolver.ts'
import { packAnswer, packFailure } from '../../../proxy/dns/wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from '../../../proxy/dns/wire/question.ts'
import type { Ruling } from '../../../rules/verdict.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'
import { a, cname, queryFor, read, responseTo, soa } from '../../support/dns-packets.ts'
import type { QueryShape, Read } from '../../support/dns-packets.ts'
import {
  BLOCKED,
  TUESDAY_TEN,
  scriptedDecider,
  scriptedPlane,
  textOf,
} from '../../support/scripted-plane.ts'
import type { Script, ScriptedPlane } from '../../support/scripted-plane.ts'

type Records = NonNullable<Parameters<typeof responseTo>[1]>

class Scene {
  readonly plane: ScriptedPlane
  readonly cache: AnswerCache
  readonly resolver: Resolver
  readonly into = new Uint8Array(65_535)
  /** What the upstreams will say, and what happens while they are asked. */
  upstream: Landing = { packed: packFailure(2, 22, 5), fixedTtl: -1 }
  meanwhile: () => void = () => undefined
  /** What was asked of them, as `name type`. */
  readonly asked: string[] = []

  constructor(script: Script = {}, transport: DnsTransport = 'udp') {
    this.plane = scriptedPlane(script)
    const { meter } = this.plane
    this.cache = new AnswerCache({
      entries: 100,
      octets: 1 << 18,
      seed: 1,
      entriesCell: meter.counter('entries'),
      evictionsCell: meter.counter('evictions'),
    })
    this.resolver = new Resolver(
      {
        plane: this.plane,
        cache: this.cache,
        flights: {
          ask: (query, question) => {
            this.asked.push(`${textOf(query, 12)} ${question.type}`)
            this.meanwhile()
            return Promise.resolve(this.upstream)
          },
        },
        maxTtl: 300,
        blockPage: Uint8Array.of(127, 0, 0, 9),
      },
      transport,
    )
  }

  cached(name: string, records: Records, shape: QueryShape = {}): this {
    const query = queryFor(name, shape)
    const question = emptyQuestion()
    readQuestion(query, question)
    this.cache.put(query, question, packed(query, records), this.plane.clock / 1000)
    return this
  }

  octets(query: Uint8Array): number {
    return this.resolver.answerNow(query, '127.10.20.7', this.into)
  }

  now(name: string, shape: QueryShape = {}): Read {
    const octets = this.octets(queryFor(name, shape))
    if (octets <= 0) throw new Error(octets === LATER ? 'not at once' : 'not at all')
    return read(this.into.subarray(0, octets))
  }

  async later(name: string, records: Records | null, shape: QueryShape = {}): Promise<Read> {
    const query = queryFor(name, shape)
    expect(this.octets(query)).toBe(LATER)
    if (records !== null) this.upstream = { packed: packed(query, records), fixedTtl: -1 }
    return read(await this.resolver.answerLater(query, '127.10.20.7'))
  }

  counts(): Readonly<Record<string, number>> {
    const rows = this.plane.meter
      .snapshot()
      .cells.filter(([name, , n]) => name === 'schoolgate_dns_queries_total' && n > 0)
      .map(([, labels, n]) => [`${labels['verdict'] ?? ''} ${labels['reason'] ?? ''}`, n] as const)
    return Object.fromEntries(rows)
  }
}

function packed(query: Uint8Array, records: Records): Uint8Array {
  const question = emptyQuestion()
  readQuestion(query, question)
  return packAnswer(responseTo(query, records), question.end) ?? Uint8Array.of()
}

const ONE = { answers: [a('www.test')] }
const BLOCKS: Script = { rulings: { 'blocked.test': BLOCKED } }

test('an allowed name at hand is answered at once and counted', () => {
  const scene = new Scene().cached('www.test', ONE)
  expect(scene.now('www.test', { id: 9 })).toMatchObject({ id: 9, answers: ['A 192.0.2.1 60'] })
  expect(scene.counts()).toEqual({ 'allow none': 1 })
  expect(scene.plane.counted.n).toBe(1)
  expect(scene.plane.lookups).toEqual([])
})

test('an allowed name that is not at hand comes later, and is counted once', async () => {
  const scene = new Scene()
  expect((await scene.later('www.test', ONE)).answers).toEqual(['A 192.0.2.1 60'])
  expect(scene.counts()).toEqual({ 'allow none': 1 })
  expect(scene.plane.counted.n).toBe(1)
})

test('a blocked name is refused with its reason, recorded and counted, whatever is cached', () => {
  const scene = new Scene(BLOCKS).cached('www.blocked.test', ONE)
  const answer = scene.now('www.Blocked.test', { edns: 1232 })
  expect(answer).toMatchObject({ rcode: 0, answers: [], authorities: ['SOA - 5'] })
  expect(answer.extended).toEqual({
    code: 17,
    text: 'category: the site is in a category that nobody may open here',
  })
  expect(scene.plane.lookups).toEqual([
    { name: 'www.blocked.test', kind: 'a', reason: 'category', at: TUESDAY_TEN },
  ])
  expect(scene.counts()).toEqual({ 'block category': 1 })
})

test('attempts are recorded by what was asked for', () => {
  const scene = new Scene(BLOCKS)
  for (const type of ['A', 'AAAA', 'UNKNOWN_65', 'TXT', 'ANY'] as const)
    scene.now('blocked.test', { type })
  expect(scene.plane.lookups.map(({ kind }) => kind)).toEqual([
    'a',
    'aaaa',
    'https',
    'other_type',
    'other_type',
  ])
})

test('a device that carries the certificate gets the page, for A alone', () => {
  const scene = new Scene({ ...BLOCKS, answer: 'page' })
  expect(scene.now('blocked.test').answers).toEqual(['A 127.0.0.9 5'])
  expect(scene.now('blocked.test', { type: 'AAAA' }).answers).toEqual([])
})

for (const action of ['warn', 'restrict'] as const) {
  test(`${action} over dns is allow and count`, () => {
    const scene = new Scene({ rulings: { 'www.test': { action, reasonCode: 'category' } } })
    scene.cached('www.test', ONE)
    expect(scene.now('www.test').answers).toEqual(['A 192.0.2.1 60'])
    expect(scene.counts()).toEqual({ [`${action} category`]: 1 })
    expect(scene.plane.lookups).toEqual([])
  })
}

test('the words of a refusal are those of the engine in force', () => {
  const scene = new Scene(BLOCKS)
  scene.now('blocked.test', { edns: 1232 })
  const reworded = { ...BLOCKED, reasonCode: 'sealed', cause: 'nobody may' }
  scene.plane.decider = scriptedDecider({ rulings: { 'blocked.test': reworded } })
  expect(scene.now('blocked.test', { edns: 1232 }).extended).toEqual({
    code: 16,
    text: 'sealed: nobody may',
  })
})

const CHAIN = {
  answers: [cname('www.test', 'b.test'), cname('b.test', 'x.blocked.test'), a('x.blocked.test')],
}

test('an alias to a blocked name is refused under the name that was asked, from the cache and later', async () => {
  const scene = new Scene(BLOCKS).cached('www.test', CHAIN)
  expect(scene.now('www.test').answers).toEqual([])
  expect(
    (await scene.later('www2.test', { answers: [cname('www2.test', 'blocked.test')] })).answers,
  ).toEqual([])
  expect(scene.plane.lookups.map(({ name }) => name)).toEqual(['www.test', 'www2.test'])
})

test('a cached alias is judged anew by the engine of the moment', () => {
  const scene = new Scene().cached('www.test', CHAIN)
  expect(scene.now('www.test').answers).toHaveLength(3)
  scene.plane.decider = scriptedDecider(BLOCKS)
  expect(scene.now('www.test').answers).toHaveLength(0)
  scene.plane.decider = scriptedDecider({})
  expect(scene.now('www.test').answers).toHaveLength(3)
})

test('a late answer is judged by the engine of the moment in which it comes', async () => {
  const scene = new Scene()
  scene.meanwhile = () =>
    (scene.plane.decider = scriptedDecider({ rulings: { 'www.test': BLOCKED } }))
  expect((await scene.later('www.test', ONE)).answers).toEqual([])
  expect(scene.counts()).toEqual({ 'block category': 1 })
})

const EDGES: readonly [says: string, msToEdge: number, allowed: number, blocked: number][] = [
  ['far from an edge the record and the five seconds decide', 3_600_000, 60, 5],
  ['near an edge nothing outlives it', 3999, 3, 3],
  ['in its last second nothing is remembered', 900, 0, 0],
  ['past it, neither', -5000, 0, 0],
]

for (const [says, msToEdge, allowed, blocked] of EDGES) {
  test(`ttl: ${says}`, () => {
    const scene = new Scene(BLOCKS).cached('www.test', ONE)
    scene.plane.subject = { ...scene.plane.subject, validUntil: TUESDAY_TEN + msToEdge }
    expect(scene.now('www.test').answers).toEqual([`A 192.0.2.1 ${allowed}`])
    expect(scene.now('blocked.test').authorities).toEqual([`SOA - ${blocked}`])
  })
}

test('ttl: no allowed answer is remembered longer than dns.maxTtl, and it counts down', () => {
  const scene = new Scene().cached('www.test', { answers: [a('www.test', '192.0.2.1', 310)] })
  expect(scene.now('www.test').answers).toEqual(['A 192.0.2.1 300'])
  scene.plane.clock += 100_000
  expect(scene.now('www.test').answers).toEqual(['A 192.0.2.1 210'])
})

const HELD: Partial<Ruling> = { action: 'restrict', safeHost: 'safe.test' }
const SAFELY: Script = { rulings: { 'www.test': HELD } }
const SAFE_ONE = { answers: [a('safe.test', '192.0.2.80')] }
const FREE_AND_SAFE = (): Scene =>
  new Scene(SAFELY).cached('www.test', ONE).cached('safe.test', SAFE_ONE)

test('what is open in safe mode only is answered with its safe host, whatever is cached for it', () => {
  const scene = FREE_AND_SAFE()
  expect(scene.now('WWW.test').answers).toEqual(['CNAME safe.test 60', 'A 192.0.2.80 60'])
  expect(scene.counts()).toEqual({ 'restrict none': 1 })
  expect(scene.plane.counted.n).toBe(1)
})

test('it shares the cache with who asks for the safe host itself, and DO changes nothing', () => {
  const scene = FREE_AND_SAFE()
  expect(scene.now('www.test', { edns: 1232, dnssecOk: true }).answers).toHaveLength(2)
  expect(scene.now('safe.test').answers).toEqual(['A 192.0.2.80 60'])
})

test('records that would lead past the safe host have no data; other types go where they went', () => {
  const scene = FREE_AND_SAFE()
    .cached('www.test', { answers: [a('www.test')] }, { type: 'UNKNOWN_65' })
    .cached(
      'www.test',
      { answers: [{ type: 'TXT', name: 'www.test', ttl: 60, data: 'mail' }] },
      { type: 'TXT' },
    )
  for (const type of ['UNKNOWN_64', 'UNKNOWN_65'] as const)
    expect(scene.now('www.test', { type })).toMatchObject({
      rcode: 0,
      answers: [],
      authorities: ['SOA - 300'],
    })
  expect(scene.now('www.test', { type: 'CNAME' }).answers).toEqual(['CNAME safe.test 300'])
  expect(scene.now('www.test', { type: 'TXT' }).answers).toHaveLength(1)
})

test('what is not at hand is asked of the upstreams under the name of the safe host', async () => {
  const scene = new Scene(SAFELY)
  scene.upstream = { packed: packed(queryFor('safe.test'), SAFE_ONE), fixedTtl: -1 }
  expect((await scene.later('www.test', null)).answers).toEqual([
    'CNAME safe.test 60',
    'A 192.0.2.80 60',
  ])
  expect(scene.asked).toEqual(['safe.test 1'])
})

test('a safe host that nobody answers for closes the name', async () => {
  expect(await new Scene(SAFELY).later('www.test', null)).toMatchObject({ rcode: 2, answers: [] })
})

test('a safe mode that comes in force while the answer is under way is kept to', async () => {
  const scene = new Scene()
  scene.meanwhile = () => {
    scene.plane.decider = scriptedDecider(SAFELY)
  }
  scene.upstream = { packed: packed(queryFor('safe.test'), SAFE_ONE), fixedTtl: -1 }
  expect((await scene.later('www.test', null)).answers).toEqual([
    'CNAME safe.test 60',
    'A 192.0.2.80 60',
  ])
  expect(scene.asked).toEqual(['www.test 1', 'safe.test 1'])
})

test('a policy that never comes to rest gets no answer out of it', async () => {
  const scene = new Scene(SAFELY)
  let safely = true
  scene.meanwhile = () => {
    safely = !safely
    scene.plane.decider = scriptedDecider(safely ? SAFELY : {})
  }
  expect(await scene.later('www.test', ONE)).toMatchObject({ rcode: 2 })
  expect(scene.asked).toHaveLength(3)
})

test('the safe host is judged too: where it is refused, so is the name', () => {
  const scene = new Scene({ rulings: { 'www.test': HELD, 'safe.test': BLOCKED } })
  scene.cached('safe.test', SAFE_ONE)
  expect(scene.now('www.test')).toMatchObject({ answers: [], authorities: ['SOA - 5'] })
  expect(scene.now('www.test', { type: 'UNKNOWN_65' }).authorities).toEqual(['SOA - 5'])
  expect(scene.plane.lookups.map(({ name }) => name)).toEqual(['www.test', 'www.test'])
})

test('ttl: a safe answer does not outlive the edge', () => {
  const scene = FREE_AND_SAFE()
  scene.plane.subject = { ...scene.plane.subject, validUntil: TUESDAY_TEN + 3999 }
  expect(scene.now('www.test').answers).toEqual(['CNAME safe.test 3', 'A 192.0.2.80 3'])
})

test('canaries do not exist, whatever the policy says, and are nobody’s attempt', () => {
  const scene = new Scene({ rulings: { 'icloud.com': BLOCKED }, answer: 'page' })
  for (const name of ['use-application-dns.net', 'MASK.icloud.com', 'mask-h2.icloud.com']) {
    expect(scene.now(name)).toMatchObject({ rcode: 3, answers: [], authorities: ['SOA - 300'] })
  }
  expect(scene.plane.lookups).toEqual([])
})

test('ANY gets the minimum, and a blocked name is blocked for ANY too', () => {
  const scene = new Scene(BLOCKS)
  expect(scene.now('www.test', { type: 'ANY' }).answers).toEqual(['HINFO - 300'])
  expect(scene.now('blocked.test', { type: 'ANY' }).authorities).toEqual(['SOA - 5'])
})

test('zone transfers, meta types and other classes are refused', () => {
  const scene = new Scene()
  for (const type of ['AXFR', 'IXFR', 'TKEY'] as const)
    expect(scene.now('www.test', { type }).rcode).toBe(5)
  const chaos = queryFor('version.bind', { type: 'TXT' })
  chaos[chaos.length - 1] = 3
  const octets = scene.octets(chaos)
  expect((scene.into[3] ?? 0) & 15).toBe(5)
  expect(octets).toBe(chaos.length)
})

test('what is no query is answered with an error or not at all, and counted', () => {
  const scene = new Scene()
  const query = queryFor('www.test')
  const changed = (at: number, octet: number): Uint8Array => {
    const copy = Uint8Array.from(query)
    copy[at] = octet
    return copy
  }
  const rcodeOf = (bytes: Uint8Array): number =>
    scene.octets(bytes) <= 0 ? -1 : (scene.into[3] ?? 0) & 15
  expect(rcodeOf(changed(2, 0x81))).toBe(-1)
  expect(rcodeOf(Uint8Array.of(1, 2, 3))).toBe(-1)
  expect(rcodeOf(changed(5, 2))).toBe(1)
  expect(rcodeOf(changed(2, 0x29))).toBe(4)
  const malformed = scene.plane.meter.counter('schoolgate_dns_malformed_total', {
    transport: 'udp',
  })
  expect(malformed.n).toBe(3)
  expect(scene.counts()).toEqual({})
})

test('an EDNS version of the future is told that we speak 0', () => {
  const scene = new Scene()
  const query = queryFor('www.test', { edns: 1232 })
  query[query.length - 5] = 1
  const octets = scene.octets(query)
  const answer = read(scene.into.subarray(0, octets))
  expect(answer.packet.additionals?.[0]).toMatchObject({ extendedRcode: 1 })
})

test('failures are told with their extended error, absences with their SOA', async () => {
  const scene = new Scene()
  expect(await scene.later('www.test', null, { edns: 1232 })).toMatchObject({
    rcode: 2,
    extended: { code: 22, text: '' },
  })
  const gone = { rcode: 3, authorities: [soa('test', 60, 30)] }
  expect(await scene.later('gone.test', gone)).toMatchObject({
    rcode: 3,
    authorities: ['SOA - 30'],
  })
})

test('a stale answer at hand has half a minute and says that it is stale', () => {
  const scene = new Scene().cached('www.test', ONE)
  scene.plane.clock += 600_000
  const query = queryFor('www.test')
  const question = emptyQuestion()
  readQuestion(query, question)
  scene.cache.holdStale(query, question, scene.plane.clock / 1000)
  expect(scene.now('www.test', { edns: 1232 })).toMatchObject({
    answers: ['A 192.0.2.1 30'],
    extended: { code: 3 },
  })
})

test('a big answer is cut over udp and whole over tcp', async () => {
  const many = { answers: Array.from({ length: 100 }, (_, i) => a('www.test', `192.0.2.${i}`)) }
  expect(await new Scene().later('www.test', many)).toMatchObject({ truncated: true, answers: [] })
  expect((await new Scene({}, 'tcp').later('www.test', many)).answers).toHaveLength(100)
})

test('a fault of ours is answered with servfail and counted', () => {
  const scene = new Scene()
  expect(scene.resolver.answerFault(queryFor('www.test'), scene.into)).toBe(12)
  expect((scene.into[3] ?? 0) & 15).toBe(2)
  expect(scene.resolver.answerFault(Uint8Array.of(1), scene.into)).toBe(NO_ANSWER)
  expect(scene.resolver.counts.faults.n).toBe(2)
})

test('a hit allocates nothing', () => {
  const scene = new Scene().cached('www.test', CHAIN, { edns: 1232 })
  const query = queryFor('www.test', { edns: 1232 })
  expect(scene.octets(query)).toBeGreaterThan(0)
  // Sixteen octets are what V8 puts the clock's number into, which is the plane's and not ours.
  expectAllocatesAtMost(20, 20_000, () => {
    scene.octets(query)
  })
})

test('a safe answer at hand allocates nothing', () => {
  const scene = new Scene().cached('safe.test', SAFE_ONE)
  const everything = scriptedDecider({ rulings: { test: HELD } })
  const ruling = everything.decideHost(scene.plane.subject.stance, 'test')
  scene.plane.decider = {
    ...everything,
    decideWire: () => ruling,
    judgeTarget: (_stance, named) => named,
  }
  const query = queryFor('www.test', { edns: 1232 })
  expect(scene.octets(query)).toBeGreaterThan(0)
  expectAllocatesAtMost(20, 20_000, () => {
    scene.octets(query)
  })
})

test('a refusal allocates nothing', () => {
  const scene = new Scene()
  // An engine without table: everything is blocked by one ruling.
  const everything = scriptedDecider({ rulings: { test: BLOCKED } })
  const ruling = everything.decideHost(scene.plane.subject.stance, 'test')
  scene.plane.decider = { ...everything, decideWire: () => ruling }
  Object.assign(scene.plane.recorder, { lookup: () => undefined })
  const query = queryFor('www.test', { edns: 1232 })
  expectAllocatesAtMost(20, 20_000, () => {
    scene.octets(query)
  })
})

const CLOSED = { refusedAddress: '192.0.2.66' }

test('an answer with an address that a list closes is refused, from the cache and from upstream', async () => {
  const scene = new Scene(CLOSED)
  const records = { answers: [a('www.test'), a('www.test', '192.0.2.66')] }
  scene.cached('www.test', records)
  const cached = scene.now('www.test', { edns: 1232 })
  expect(cached.answers).toEqual([])
  expect(cached.extended).toEqual({ code: 15, text: 'address_refused: ordinary rules' })
  const late = await scene.later('late.test', { answers: [a('late.test', '192.0.2.66')] })
  expect(late.answers).toEqual([])
  expect(scene.plane.lookups.map(({ reason }) => reason)).toEqual([
    'address_refused',
    'address_refused',
  ])
})

test('other addresses pass', () => {
  const scene = new Scene(CLOSED)
  scene.cached('www.test', { answers: [cname('www.test', 'a.test'), a('a.test')] })
  expect(scene.now('www.test').answers).toHaveLength(2)
})
