import type { Answer } from 'dns-packet'
import { decode } from 'dns-packet'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AnswerCache } from '../../../proxy/dns/answer-cache.ts'
import type { Landing } from '../../../proxy/dns/flights.ts'
import { hostLookup } from '../../../proxy/dns/lookup-host.ts'
import type { LookupHost } from '../../../proxy/dns/lookup-host.ts'
import { packAnswer, packFailure } from '../../../proxy/dns/wire/packed-answer.ts'
import { Meter } from '../../../proxy/metrics/meter.ts'
import { a, cname, responseTo } from '../../support/dns-packets.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** By `name type`: the records; a pending promise where a test wants silence. */
type Zone = Readonly<Record<string, readonly Answer[] | Promise<Landing>>>

function lookupIn(zone: Zone): {
  readonly lookup: LookupHost
  readonly cache: AnswerCache
  readonly asked: string[]
} {
  const meter = new Meter()
  const cache = new AnswerCache({
    entries: 100,
    octets: 1 << 18,
    seed: 1,
    entriesCell: meter.counter('entries'),
    evictionsCell: meter.counter('evictions'),
  })
  const asked: string[] = []
  const lookup = hostLookup(
    {
      cache,
      flights: {
        ask: (query, question) => {
          const [first] = decode(Buffer.from(query)).questions ?? []
          const key = `${first?.name ?? ''} ${first?.type ?? ''}`
          asked.push(key)
          const records = zone[key] ?? []
          if (records instanceof Promise) return records
          const packed = packAnswer(responseTo(query, { answers: records }), question.end)
          if (packed !== undefined) cache.put(query, question, packed, 1000)
          return Promise.resolve({ packed: packed ?? packFailure(2, 0, 5), fixedTtl: -1 })
        },
      },
    },
    () => 1000,
  )
  return { lookup, cache, asked }
}

function aaaa(name: string, data: string): Answer {
  return { type: 'AAAA', name, ttl: 60, data }
}

const never = new Promise<Landing>(() => undefined)

test('gives IPv4 before IPv6, the latter as the URL standard writes it', async () => {
  const { lookup } = lookupIn({
    'www.test A': [a('www.test', '192.0.2.1'), a('www.test', '192.0.2.2')],
    'www.test AAAA': [aaaa('www.test', '2001:db8:0:0:0:0:0:1')],
  })
  expect(await lookup('WWW.test.')).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8::1'])
})

test('follows the aliases of the answer, and takes no address of another name', async () => {
  const { lookup } = lookupIn({
    'www.test A': [
      a('other.test', '203.0.113.66'),
      cname('www.test', 'b.test'),
      cname('b.test', 'c.test'),
      a('c.test', '192.0.2.1'),
    ],
  })
  expect(await lookup('www.test')).toEqual(['192.0.2.1'])
})

test('gives nothing for a circle of aliases', async () => {
  const { lookup } = lookupIn({
    'www.test A': [cname('www.test', 'b.test'), cname('b.test', 'www.test')],
  })
  expect(await lookup('www.test')).toEqual([])
})

test('asks once while the answer lives', async () => {
  const { lookup, asked } = lookupIn({
    'www.test A': [a('www.test')],
    'www.test AAAA': [aaaa('www.test', '::1')],
  })
  expect(await lookup('www.test')).toEqual(await lookup('www.test'))
  expect(asked.toSorted()).toEqual(['www.test A', 'www.test AAAA'])
})

test('a lost AAAA answer holds nobody up who has an IPv4 address', async () => {
  const { lookup } = lookupIn({ 'www.test A': [a('www.test')], 'www.test AAAA': never })
  const addresses = lookup('www.test')
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate)
  vi.advanceTimersByTime(100)
  expect(await addresses).toEqual(['192.0.2.1'])
})

test('without IPv4 it waits for IPv6', async () => {
  const { lookup } = lookupIn({ 'www.test AAAA': [aaaa('www.test', '2001:db8::1')] })
  expect(await lookup('www.test')).toEqual(['2001:db8::1'])
})

test('gives nothing on failure, and asks nobody for what is no host name', async () => {
  const failing = Promise.resolve<Landing>({ packed: packFailure(2, 22, 5), fixedTtl: -1 })
  const { lookup, asked } = lookupIn({ 'www.test A': failing, 'www.test AAAA': failing })
  expect(await lookup('www.test')).toEqual([])
  expect(await lookup('not a host')).toEqual([])
  expect(await lookup('')).toEqual([])
  expect(asked).toHaveLength(2)
})

test('gives sixteen addresses of a kind at most', async () => {
  const many = Array.from({ length: 40 }, (_, i) => a('www.test', `192.0.2.${i}`))
  expect(await lookupIn({ 'www.test A': many }).lookup('www.test')).toHaveLength(16)
})
