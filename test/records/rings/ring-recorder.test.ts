import { expect, test } from 'vitest'
import { RingLine } from '../../support/ring-line.ts'
import { RingWriter, lostIn, makeRing } from '../../../records/rings/byte-ring.ts'
import { RingRecorder } from '../../../records/rings/ring-recorder.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'
import { TEN_O_CLOCK, aRuling, aSubject } from '../../support/refusals.ts'
import { wireName } from '../../support/wire-name.ts'

const NAME = { bytes: wireName('WWW.Adult.example'), offset: 0, at: TEN_O_CLOCK }
const SEEN = { host: 'www.adult.example', path: '/a/b?q=secret', at: TEN_O_CLOCK + 5 }

test('a look-up arrives with its words', () => {
  const line = new RingLine()
  line.recorder.lookup(aSubject(), aRuling(), 'aaaa', NAME)
  expect(line.read()).toEqual([
    {
      subject: {
        address: '127.10.10.7',
        deviceId: 'phone-7',
        personRef: 'p-7',
        role: 'pupil',
        zone: 'yard',
      },
      ruling: {
        action: 'block',
        reasonCode: 'category',
        category: 'adult.pornography',
        ruleId: 'profile:pupil',
        listSource: 'ut1/adult',
        listVersion: '2026-11-01',
        severity: 'high',
        policyVersion: 3,
      },
      window: 'lesson',
      kind: 'aaaa',
      layer: 'dns',
      host: 'www.adult.example',
      path: '',
      at: TEN_O_CLOCK,
    },
  ])
})

test('a connection arrives with its layer and its path, without the query', () => {
  const line = new RingLine()
  line.recorder.connection(aSubject(), aRuling(), 'http', SEEN)
  expect(line.read()).toMatchObject([
    { kind: 'connection', layer: 'http', path: '/a/b', at: SEEN.at },
  ])
})

test('every kind and every layer arrives as itself', () => {
  const line = new RingLine()
  const kinds = ['a', 'aaaa', 'https', 'other_type', 'connection'] as const
  const layers = ['dns', 'sni', 'http', 'connect', 'network'] as const
  for (const kind of kinds) line.recorder.lookup(aSubject(), aRuling(), kind, NAME)
  for (const layer of layers) line.recorder.connection(aSubject(), aRuling(), layer, SEEN)
  const read = line.read()
  expect(read.slice(0, 5).map(({ kind }) => kind)).toEqual(kinds)
  expect(read.slice(5).map(({ layer }) => layer)).toEqual(layers)
})

const WINDOWS: readonly [says: string, ruling: string | null, expected: string][] = [
  ['the window that decided is noted', 'reception_hours', 'reception_hours'],
  ['where none decided, the shortest in force is', null, 'lesson'],
]

test.each(WINDOWS)('%s', (_says, window, expected) => {
  const line = new RingLine()
  line.recorder.lookup(aSubject(), aRuling({ window }), 'a', NAME)
  expect(line.read()[0]?.window).toBe(expected)
})

test('what was allowed is no attempt; a warning is', () => {
  const line = new RingLine()
  line.recorder.lookup(aSubject(), aRuling({ action: 'allow' }), 'a', NAME)
  line.recorder.lookup(aSubject(), aRuling({ action: 'restrict' }), 'a', NAME)
  line.recorder.lookup(aSubject(), aRuling({ action: 'warn', warn: true }), 'a', NAME)
  line.recorder.lookup(aSubject(), aRuling({ action: 'restrict', warn: true }), 'a', NAME)
  expect(line.read().map(({ ruling }) => ruling.action)).toEqual(['warn', 'warn'])
  expect(lostIn(line.ring)).toBe(0)
})

test('a bad name is counted as lost and nothing else', () => {
  const line = new RingLine()
  line.recorder.lookup(aSubject(), aRuling(), 'a', { ...NAME, bytes: Uint8Array.of(9, 9) })
  line.recorder.connection(aSubject(), aRuling(), 'http', { ...SEEN, host: '' })
  expect(line.read()).toEqual([])
  expect(lostIn(line.ring)).toBe(2)
})

test('recording allocates nothing once the words are known', () => {
  const ring = makeRing(65_536)
  const recorder = new RingRecorder(new RingWriter(ring))
  const subject = aSubject()
  const ruling = aRuling()
  const cells = new Int32Array(ring, 0, 64)
  expectAllocatesAtMost(1, 20_000, () => {
    recorder.lookup(subject, ruling, 'a', NAME)
    recorder.connection(subject, ruling, 'sni', SEEN)
    // The reader's part, by hand: it frees everything.
    Atomics.store(cells, 0, Atomics.load(cells, 16))
  })
  expect(lostIn(ring)).toBe(0)
})
