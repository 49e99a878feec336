import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AnswerCache } from '../../../proxy/dns/answer-cache.ts'
import { packAnswer, packFailure } from '../../../proxy/dns/wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from '../../../proxy/dns/wire/question.ts'
import type { Question } from '../../../proxy/dns/wire/question.ts'
import { Meter } from '../../../proxy/metrics/meter.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { a, queryFor, responseTo, soa } from '../../support/dns-packets.ts'
import type { QueryShape } from '../../support/dns-packets.ts'

interface Opened {
  readonly cache: AnswerCache
  readonly entries: { readonly n: number }
  readonly evictions: { readonly n: number }
}

function openCache(size: { readonly entries: number; readonly octets?: number }): Opened {
  const meter = new Meter()
  const entriesCell = meter.counter('entries')
  const evictionsCell = meter.counter('evictions')
  const cache = new AnswerCache({
    entries: size.entries,
    octets: size.octets ?? 1 << 18,
    seed: 7,
    entriesCell,
    evictionsCell,
  })
  return { cache, entries: entriesCell, evictions: evictionsCell }
}

function asked(name: string, shape: QueryShape = {}): [query: Uint8Array, question: Question] {
  const query = queryFor(name, shape)
  const question = emptyQuestion()
  readQuestion(query, question)
  return [query, question]
}

function answerFor(name: string, ttl = 60, count = 1): Uint8Array {
  const query = queryFor(name)
  const answers = Array.from({ length: count }, (_, i) => a(name, `192.0.2.${i % 250}`, ttl))
  return packAnswer(responseTo(query, { answers }), query.length) ?? Uint8Array.of()
}

/** The packed answer that a hit gives, or null. */
function hit(
  cache: AnswerCache,
  name: string,
  now: number,
  shape: QueryShape = {},
): Uint8Array | null {
  const slot = cache.find(...asked(name, shape), now)
  if (slot < 0) return null
  const at = cache.packedAt(slot)
  return cache.arena.slice(at, at + answerFor(name).length)
}

test('what was put is found, in any case of the name', () => {
  const { cache } = openCache({ entries: 100 })
  cache.put(...asked('www.test'), answerFor('www.test'), 1000)
  expect(hit(cache, 'www.test', 1000)).toEqual(answerFor('www.test'))
  expect(hit(cache, 'WWW.TEST', 1000)).toEqual(answerFor('www.test'))
})

test('another name, type or DO is another question', () => {
  const { cache } = openCache({ entries: 100 })
  cache.put(...asked('www.test'), answerFor('www.test'), 1000)
  expect(hit(cache, 'wwx.test', 1000)).toBeNull()
  expect(hit(cache, 'www.test', 1000, { type: 'AAAA' })).toBeNull()
  expect(hit(cache, 'www.test', 1000, { edns: 1232, dnssecOk: true })).toBeNull()
})

test('an answer is given until its life is over, and its age is told', () => {
  const { cache } = openCache({ entries: 100 })
  cache.put(...asked('www.test'), answerFor('www.test', 60), 1000)
  const slot = cache.find(...asked('www.test'), 1059.9)
  expect(cache.ageOf(slot, 1059.9)).toBe(59)
  expect(cache.ageOf(slot, 900)).toBe(0)
  expect(hit(cache, 'www.test', 1060)).toBeNull()
})

test('a newer answer takes the place of the old one', () => {
  const { cache, entries } = openCache({ entries: 100 })
  cache.put(...asked('www.test'), answerFor('www.test', 60), 1000)
  cache.put(...asked('www.test'), answerFor('www.test', 90), 1030)
  expect(hit(cache, 'www.test', 1100)).toEqual(answerFor('www.test', 90))
  expect(entries.n).toBe(1)
})

test('an answer without life is not kept, nor is one that is too big', () => {
  const { cache, entries } = openCache({ entries: 100 })
  cache.put(...asked('zero.test'), answerFor('zero.test', 0), 1000)
  cache.put(...asked('big.test'), answerFor('big.test', 60, 1200), 1000)
  expect(entries.n).toBe(0)
})

test('an expired answer with records is held for half a minute, marked as stale', () => {
  const { cache } = openCache({ entries: 100 })
  cache.put(...asked('www.test'), answerFor('www.test', 60), 1000)
  expect(cache.hasStale(...asked('www.test'), 1100)).toBe(true)
  expect(cache.holdStale(...asked('www.test'), 1100)?.[1]).toBe(3)
  const slot = cache.find(...asked('www.test'), 1129)
  expect(slot).toBeGreaterThanOrEqual(0)
  expect(cache.isStale(slot, 1129)).toBe(true)
  expect(cache.arena[cache.packedAt(slot) + 1]).toBe(3)
  expect(cache.find(...asked('www.test'), 1130)).toBe(-1)
})

test('nothing is stale after a day', () => {
  const { cache } = openCache({ entries: 100 })
  cache.put(...asked('www.test'), answerFor('www.test', 60), 1000)
  expect(cache.hasStale(...asked('www.test'), 1060 + 86_400)).toBe(true)
  expect(cache.hasStale(...asked('www.test'), 1061 + 86_400)).toBe(false)
  expect(cache.holdStale(...asked('www.test'), 1061 + 86_400)).toBeUndefined()
})

test('failures and absences are never served stale', () => {
  const { cache } = openCache({ entries: 100 })
  const query = queryFor('gone.test')
  const gone = packAnswer(
    responseTo(query, { rcode: 3, authorities: [soa('test', 60, 60)] }),
    query.length,
  )
  cache.put(...asked('gone.test'), gone ?? Uint8Array.of(), 1000)
  cache.put(...asked('broken.test'), packFailure(2, 22, 5), 1000)
  expect(cache.hasStale(...asked('gone.test'), 1100)).toBe(false)
  expect(cache.hasStale(...asked('broken.test'), 1100)).toBe(false)
})

test('when entries run out the oldest goes, unless it was asked for since it came', () => {
  const { cache, entries, evictions } = openCache({ entries: 16 })
  for (let i = 0; i < 16; i += 1) cache.put(...asked(`n${i}.test`), answerFor(`n${i}.test`), 1000)
  expect(hit(cache, 'n0.test', 1000)).not.toBeNull()
  cache.put(...asked('new.test'), answerFor('new.test'), 1000)
  expect(hit(cache, 'n0.test', 1000)).toEqual(answerFor('n0.test'))
  expect(hit(cache, 'n1.test', 1000)).toBeNull()
  expect(hit(cache, 'new.test', 1000)).toEqual(answerFor('new.test'))
  expect(entries.n).toBe(16)
  expect(evictions.n).toBe(1)
})

test('a stale answer that is held stays held when it goes back to the young end', () => {
  const { cache } = openCache({ entries: 16 })
  for (let i = 0; i < 16; i += 1) cache.put(...asked(`n${i}.test`), answerFor(`n${i}.test`), 1000)
  cache.holdStale(...asked('n0.test'), 1100)
  expect(cache.find(...asked('n0.test'), 1101)).toBeGreaterThanOrEqual(0)
  cache.put(...asked('new.test'), answerFor('new.test'), 1101)
  expect(cache.find(...asked('n0.test'), 1102)).toBeGreaterThanOrEqual(0)
})

test('when octets run out the oldest goes', () => {
  const { cache, entries, evictions } = openCache({ entries: 10_000 })
  for (let i = 0; i < 400; i += 1)
    cache.put(...asked(`n${i}.test`), answerFor(`n${i}.test`, 60, 60), 1000)
  expect(evictions.n).toBeGreaterThan(0)
  expect(entries.n + evictions.n).toBe(400)
  expect(hit(cache, 'n0.test', 1000)).toBeNull()
  expect(hit(cache, 'n399.test', 1000)?.subarray(0, 16)).toEqual(
    answerFor('n399.test', 60, 60).subarray(0, 16),
  )
})

test('against a map: whatever is put and asked, a hit is what was put last under that key', () => {
  const step = fc.record({
    name: fc.integer({ min: 0, max: 60 }),
    count: fc.constantFrom(0, 1, 3, 200, 600),
    passes: fc.constantFrom(0, 0, 1, 40),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 60, maxLength: 150 }), (steps) => {
      const { cache, entries } = openCache({ entries: 20 })
      const model = new Map<string, { readonly packed: Uint8Array; readonly until: number }>()
      let now = 1000
      for (const { name, count, passes } of steps) {
        now += passes
        const host = `n${name}.test`
        const slot = cache.find(...asked(host), now)
        const known = model.get(host)
        if (slot >= 0) {
          const at = cache.packedAt(slot)
          expect(known?.until).toBeGreaterThan(now)
          expect(cache.arena.slice(at, at + (known?.packed.length ?? 0))).toEqual(known?.packed)
        }
        if (count > 0) {
          const packed = answersOf(host, count)
          cache.put(...asked(host), packed, now)
          model.set(host, { packed, until: now + 60 })
          // What was put a moment ago is there: nothing evicts the youngest.
          expect(cache.find(...asked(host), now)).toBeGreaterThanOrEqual(0)
        }
        expect(entries.n).toBeLessThanOrEqual(20)
      }
      // Every entry that is counted can be reached: no deletion broke another's way through the index.
      const reached = [...model.keys()].filter((host) => cache.hasStale(...asked(host), now))
      expect(reached).toHaveLength(entries.n)
    }),
    { numRuns: Math.ceil(FUZZ_RUNS / 3) },
  )
})

test('names whose hashes collide are told apart by their octets', () => {
  // Found by trying two million names against this seed.
  const { cache, entries } = openCache({ entries: 100 })
  cache.put(...asked('n871928.test'), answerFor('n871928.test'), 1000)
  expect(hit(cache, 'n1170104.test', 1000)).toBeNull()
  cache.put(...asked('n1170104.test'), answerFor('n1170104.test', 90), 1000)
  expect(hit(cache, 'n871928.test', 1000)).toEqual(answerFor('n871928.test'))
  expect(entries.n).toBe(2)
})

const packedAnswers = new Map<string, Uint8Array>()

function answersOf(host: string, count: number): Uint8Array {
  const key = `${host} ${count}`
  const packed = packedAnswers.get(key) ?? answerFor(host, 60, count)
  packedAnswers.set(key, packed)
  return packed
}
