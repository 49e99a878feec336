import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LookupCounts } from '../../../../proxy/dns/tunnels/lookup-counts.ts'
import type { Subject } from '../../../../proxy/plane.ts'
import { isTunnel, TUNNEL_WINDOW_MS } from '../../../../rules/sanctions/tunnel-signs.ts'
import { expectAllocatesAtMost } from '../../../support/allocations.ts'
import { scriptedPlane } from '../../../support/scripted-plane.ts'
import { sharedPath, testWithShared } from '../../../support/shared-data.ts'
import {
  cdnNames,
  dnscatNames,
  iodineNames,
  mcafeeNames,
  spamListNames,
} from '../../../support/tunnel-names.ts'
import { wireName } from '../../../support/wire-name.ts'

const plane = scriptedPlane()
const SUBJECT = plane.subjectAt('10.1.0.7')
const other = (index: number): Subject => ({ ...SUBJECT, index, address: `10.2.0.${index}` })

/** What one device's look-ups within one window come to, the most that any domain has. */
function found(names: readonly string[]): { names: number; octets: number } {
  const counts = new LookupCounts()
  for (const name of names) counts.note(SUBJECT, wireName(name), 0)
  const told = counts.take(0).toSorted((a, b) => b.octets - a.octets)[0]
  return { names: told?.names ?? 0, octets: told?.octets ?? 0 }
}

describe('within two minutes', () => {
  test.each<[says: string, names: string[]]>([
    // Some of a hundred have the bit of another: names are told apart by 11 bits of a hash.
    ['seconds of an upload through iodine', iodineNames('t.example', 120)],
    ['dnscat2 that waits, a name a second', dnscatNames('c.example', 120)],
    ['a download, whose own names are short', iodineNames('t.example', 1_600, 6)],
    ['iodine below a domain of three letters', iodineNames('abc.de', 120)],
  ])('%s is a tunnel', (_says, names) => {
    expect(isTunnel(found(names))).toBe(true)
  })

  test.each<[says: string, names: string[]]>([
    ['an hour of look-ups of a virus scanner', mcafeeNames(2_000)],
    ['a mail server that asks a list of spammers', spamListNames(2_000)],
    ['a page with eighty hosts of one platform', cdnNames(80)],
    [
      'one long name again and again',
      Array.from({ length: 5_000 }, () => iodineNames('t.example', 1)[0] ?? ''),
    ],
    [
      'reverse look-ups',
      Array.from({ length: 3_000 }, (_, n) => `${n % 256}.${n >> 8}.168.192.in-addr.arpa`),
    ],
    ['numbered hosts', Array.from({ length: 300 }, (_, n) => `r${n}.cache.example`)],
  ])('%s is none', (_says, names) => {
    expect(isTunnel(found(names))).toBe(false)
  })
})

test('a scanner that the policy names is left alone, and nothing else of its domain', () => {
  const counts = new LookupCounts()
  counts.follow([{ host: 'scan.vendor.example', scope: 'subtree' }])
  for (const name of iodineNames('scan.vendor.example', 200))
    counts.note(SUBJECT, wireName(name), 0)
  expect(counts.take(0)).toEqual([])
  for (const name of iodineNames('other.vendor.example', 200))
    counts.note(SUBJECT, wireName(name), 0)
  expect(counts.take(0)).toMatchObject([{ domain: 'vendor.example' }])
})

test('each device is counted by itself, and what was told is not told again', () => {
  const counts = new LookupCounts()
  for (const name of dnscatNames('c.example', 10)) {
    counts.note(other(1), wireName(name), 0)
    counts.note(other(2), wireName(name.toUpperCase()), 0)
  }
  const told = counts.take(0)
  expect(told.map(({ address, names }) => [address, names]).toSorted()).toEqual([
    ['10.2.0.1', 10],
    ['10.2.0.2', 10],
  ])
  expect(counts.take(0)).toEqual([])
  // The same names in another window are names again.
  counts.take(TUNNEL_WINDOW_MS + 1)
  for (const name of dnscatNames('c.example', 10)) counts.note(other(1), wireName(name), 0)
  expect(counts.take(TUNNEL_WINDOW_MS + 1)).toMatchObject([{ names: 10, domain: 'c.example' }])
})

test('a tunnel does not get lost among thousands of other names', () => {
  const counts = new LookupCounts()
  for (const name of iodineNames('t.example', 60)) counts.note(SUBJECT, wireName(name), 0)
  for (let n = 0; n < 20_000; n += 1) counts.note(SUBJECT, wireName(`long-enough.d${n}.example`), 0)
  for (const name of iodineNames('t.example', 120)) counts.note(SUBJECT, wireName(name), 0)
  const told = counts.take(0).find(({ domain }) => domain === 't.example')
  expect(told?.names).toBeGreaterThan(110)
})

test('nothing is allocated for a name', () => {
  const counts = new LookupCounts()
  const names = [...iodineNames('t.example', 50), ...cdnNames(50), 'www.bbc.co.uk'].map(wireName)
  let next = 0
  expectAllocatesAtMost(1, 20_000, () => {
    next = (next + 1) % names.length
    counts.note(SUBJECT, names[next] ?? new Uint8Array(1), 0)
  })
})

test('whatever octets a name has, it is counted or passed over', () => {
  const counts = new LookupCounts()
  const label = fc.uint8Array({ minLength: 1, maxLength: 63 })
  fc.assert(
    fc.property(fc.array(label, { maxLength: 4 }), fc.nat(5), (labels, index) => {
      const bytes = Uint8Array.from([...labels.flatMap((one) => [one.length, ...one]), 0])
      counts.note(other(index), bytes, 0)
      for (const { names, octets } of counts.take(0)) {
        expect(names).toBeGreaterThan(0)
        expect(octets).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})

/** Rows of look-ups in the order of time, each by one of `devices`; the domains below which one looks like a tunnel. */
function tunnelsIn(rows: Iterable<readonly [at: number, device: string, name: string]>): string[] {
  const counts = new LookupCounts()
  const subjects = new Map<string, Subject>()
  const sums = new Map<string, { at: number; names: number; octets: number }[]>()
  const hits = new Set<string>()
  let tellAt = 0
  const tell = (now: number): void => {
    for (const { address, domain, names, octets } of counts.take(now)) {
      const key = `${address} ${domain}`
      const parts = (sums.get(key) ?? []).filter(({ at }) => at > now - TUNNEL_WINDOW_MS)
      parts.push({ at: now, names, octets })
      sums.set(key, parts)
      const sum = (of: 'names' | 'octets') => parts.reduce((all, part) => all + part[of], 0)
      if (isTunnel({ names: sum('names'), octets: sum('octets') })) hits.add(key)
    }
  }
  for (const [at, device, name] of rows) {
    if (at >= tellAt) {
      tell(at)
      tellAt = at + 3_000
    }
    const subject = subjects.get(device) ?? { ...SUBJECT, index: subjects.size, address: device }
    subjects.set(device, subject)
    if (name.length < 250 && name.split('.').every((part) => part.length > 0 && part.length < 64))
      counts.note(subject, wireName(name), 0)
  }
  tell(tellAt + 3_000)
  return [...hits]
}

const textOf = (name: string): string =>
  gunzipSync(readFileSync(sharedPath(name))).toString('latin1')

const ZEEK = 'data/traces/zeek-dns.log.gz'
testWithShared(ZEEK)('21 minutes of 77 real machines hold no tunnel', () => {
  const rows = textOf(ZEEK)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'))
    .map((cells) => [Number(cells[0]) * 1000, cells[2] ?? '', cells[9] ?? ''] as const)
    .sort((a, b) => a[0] - b[0])
  expect(rows.length).toBeGreaterThan(50_000)
  expect(tunnelsIn(rows)).toEqual([])
})

const MIX = 'data/traces/synthetic-school-mix.dnsperf.txt.gz'
testWithShared(MIX)("an hour of a school's mix, by 100 devices, holds no tunnel", () => {
  const names = textOf(MIX)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ')[0] ?? '')
  expect(names.length).toBeGreaterThan(190_000)
  const rows = names.map(
    (name, n) => [n * (3_600_000 / names.length), `d${n % 100}`, name] as const,
  )
  expect(tunnelsIn(rows)).toEqual([])
})
