import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AnswerCache } from '../../../proxy/dns/answer-cache.ts'
import { Flights } from '../../../proxy/dns/flights.ts'
import type { Landing } from '../../../proxy/dns/flights.ts'
import type { Forwarded } from '../../../proxy/dns/upstreams.ts'
import { packedRcode } from '../../../proxy/dns/wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from '../../../proxy/dns/wire/question.ts'
import type { UpstreamQuery } from '../../../proxy/dns/wire/upstream-query.ts'
import { Meter } from '../../../proxy/metrics/meter.ts'
import { a, queryFor, responseTo } from '../../support/dns-packets.ts'
import type { QueryShape } from '../../support/dns-packets.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Flights over upstreams that the test answers by hand. */
class Scene {
  readonly meter = new Meter()
  readonly cache = new AnswerCache({
    entries: 100,
    octets: 1 << 18,
    seed: 1,
    entriesCell: this.meter.counter('entries'),
    evictionsCell: this.meter.counter('evictions'),
  })
  seconds = 1000
  readonly sent: {
    readonly query: UpstreamQuery
    readonly settle: (outcome: Forwarded) => void
  }[] = []
  readonly flights = new Flights(
    {
      upstreams: {
        ask: (query) =>
          new Promise((settle) => {
            this.sent.push({ query, settle })
          }),
      },
      cache: this.cache,
      meter: this.meter,
    },
    () => this.seconds,
  )

  ask(name: string, shape: QueryShape = {}): Promise<Landing> {
    const query = queryFor(name, shape)
    const question = emptyQuestion()
    readQuestion(query, question)
    return this.flights.ask(query, question)
  }

  answer(
    index: number,
    records: Parameters<typeof responseTo>[1] = { answers: [a('www.test')] },
  ): void {
    const { query, settle } = this.sent[index] ?? {}
    if (query !== undefined) settle?.({ kind: 'answer', message: responseTo(query.bytes, records) })
  }

  fail(index: number, kind: 'silent' | 'unreachable'): void {
    this.sent[index]?.settle({ kind })
  }

  isCached(name: string): boolean {
    const query = queryFor(name)
    const question = emptyQuestion()
    readQuestion(query, question)
    return this.cache.find(query, question, this.seconds) >= 0
  }

  count(name: string): number {
    return this.meter.snapshot().cells.find(([cell]) => cell === name)?.[2] ?? NaN
  }
}

test('equal questions share a flight; other types, DO and CD have their own', async () => {
  const scene = new Scene()
  const landings = Promise.all([
    scene.ask('www.test'),
    scene.ask('WWW.test'),
    scene.ask('www.test'),
  ])
  void scene.ask('www.test', { type: 'AAAA' })
  void scene.ask('www.test', { edns: 1232, dnssecOk: true })
  expect(scene.sent).toHaveLength(3)
  scene.answer(0)
  const [first, second, third] = await landings
  expect(second).toBe(first)
  expect(third).toBe(first)
  void scene.ask('www.test')
  expect(scene.sent).toHaveLength(4)
})

test('what comes home is cached', async () => {
  const scene = new Scene()
  const landing = scene.ask('www.test')
  expect(scene.isCached('www.test')).toBe(false)
  scene.answer(0)
  expect((await landing).fixedTtl).toBe(-1)
  expect(scene.isCached('www.test')).toBe(true)
})

const FAILURES: readonly [says: string, end: (scene: Scene) => void, rcode: number, ede: number][] =
  [
    [
      'nobody answered',
      (scene) => {
        scene.fail(0, 'silent')
      },
      2,
      22,
    ],
    [
      'the network refused',
      (scene) => {
        scene.fail(0, 'unreachable')
      },
      2,
      23,
    ],
    [
      'the upstream failed',
      (scene) => {
        scene.answer(0, { rcode: 2 })
      },
      2,
      0,
    ],
    [
      'the upstream refused',
      (scene) => {
        scene.answer(0, { rcode: 5 })
      },
      5,
      0,
    ],
    [
      'the upstream sent garbage',
      (scene) => {
        const { query, settle } = scene.sent[0] ?? {}
        const response = responseTo(query?.bytes ?? Uint8Array.of(), { answers: [a('www.test')] })
        settle?.({ kind: 'answer', message: response.subarray(0, response.length - 1) })
      },
      2,
      23,
    ],
  ]

for (const [says, end, rcode, ede] of FAILURES) {
  test(`when ${says} it says so, and remembers it for five seconds`, async () => {
    const scene = new Scene()
    const landing = scene.ask('www.test')
    end(scene)
    const { packed } = await landing
    expect([packedRcode(packed, 0), packed[1]]).toEqual([rcode, ede])
    scene.seconds += 4
    expect(scene.isCached('www.test')).toBe(true)
    scene.seconds += 1
    expect(scene.isCached('www.test')).toBe(false)
  })
}

async function withExpired(): Promise<Scene> {
  const scene = new Scene()
  const landing = scene.ask('www.test')
  scene.answer(0)
  await landing
  scene.seconds += 3600
  return scene
}

test('with all upstreams down the expired answer is given, and for half a minute nobody is asked', async () => {
  const scene = await withExpired()
  const landing = scene.ask('www.test')
  scene.fail(1, 'silent')
  const { packed, fixedTtl } = await landing
  expect([packedRcode(packed, 0), packed[1], fixedTtl]).toEqual([0, 3, 30])
  expect(scene.isCached('www.test')).toBe(true)
  scene.seconds += 30
  expect(scene.isCached('www.test')).toBe(false)
  expect(scene.count('schoolgate_dns_stale_answers_total')).toBe(1)
})

test('a slow upstream does not hold up who can have the expired answer, and still renews it', async () => {
  const scene = await withExpired()
  const landing = scene.ask('www.test')
  vi.advanceTimersByTime(1800)
  expect((await landing).fixedTtl).toBe(30)
  scene.answer(1)
  await new Promise(setImmediate)
  scene.seconds += 59
  expect(scene.isCached('www.test')).toBe(true)
})

test('the true answer is preferred to the expired one when it comes in time', async () => {
  const scene = await withExpired()
  const landing = scene.ask('www.test')
  vi.advanceTimersByTime(1700)
  scene.answer(1)
  expect((await landing).fixedTtl).toBe(-1)
})

test('an expired answer older than a day is not given', async () => {
  const scene = await withExpired()
  scene.seconds += 86_400
  const landing = scene.ask('www.test')
  scene.fail(1, 'unreachable')
  expect(packedRcode((await landing).packed, 0)).toBe(2)
})

test('more questions under way than the table holds are turned away and counted', async () => {
  const scene = new Scene()
  for (let i = 0; i < 4096; i += 1) void scene.ask(`n${i}.test`)
  const { packed } = await scene.ask('one-more.test')
  expect([packedRcode(packed, 0), packed[1]]).toEqual([2, 14])
  expect(scene.sent).toHaveLength(4096)
  expect(scene.count('schoolgate_dns_turned_away_total')).toBe(1)
  // A question that is under way already still finds its flight.
  const shared = scene.ask('n0.test')
  scene.answer(0)
  expect(packedRcode((await shared).packed, 0)).toBe(0)
})

test('clients that wait are bounded too, even if all ask the same', async () => {
  const scene = new Scene()
  for (let i = 0; i < 16_384; i += 1) void scene.ask('www.test')
  expect(packedRcode((await scene.ask('www.test')).packed, 0)).toBe(2)
  scene.answer(0)
  await new Promise(setImmediate)
  const next = scene.ask('next.test')
  scene.answer(1)
  expect(packedRcode((await next).packed, 0)).toBe(0)
})
