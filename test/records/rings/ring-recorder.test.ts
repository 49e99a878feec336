import { expect, test } from 'vitest'
import type { Attempt, WordRecord } from '../../../records/rings/attempt-codec.ts'
import { MAX_WORDS } from '../../../records/rings/attempt-codec.ts'
import { RingWriter, lostIn, makeRing } from '../../../records/rings/byte-ring.ts'
import { RingIntake } from '../../../records/rings/ring-intake.ts'
import { RingRecorder } from '../../../records/rings/ring-recorder.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'
import { TEN_O_CLOCK, aRuling, aSubject } from '../../support/refusals.ts'
import { wireName } from '../../support/wire-name.ts'

/** A ring, its recorder, and what the other side reads. */
class Line {
  readonly ring: SharedArrayBuffer
  recorder: RingRecorder
  readonly attempts: Attempt[] = []
  readonly words: (WordRecord | null)[] = []
  malformed = 0
  intake: RingIntake

  constructor(octets = 65_536) {
    this.ring = makeRing(octets)
    this.recorder = new RingRecorder(new RingWriter(this.ring))
    this.intake = this.newIntake([])
  }

  newIntake(remembered: readonly WordRecord[]): RingIntake {
    return new RingIntake(this.ring, remembered, {
      attempt: (attempt) => this.attempts.push(attempt),
      tally: () => undefined,
      malformed: () => (this.malformed += 1),
      word: (word) => this.words.push(word),
      epoch: () => this.words.push(null),
    })
  }

  read(): Attempt[] {
    while (this.intake.drain(1_000) > 0);
    this.intake.release()
    return this.attempts.splice(0)
  }
}

const NAME = { bytes: wireName('WWW.Adult.example'), offset: 0, at: TEN_O_CLOCK }
const SEEN = { host: 'www.adult.example', path: '/a/b?q=secret', at: TEN_O_CLOCK + 5 }

test('a look-up arrives with its words', () => {
  const line = new Line()
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
  const line = new Line()
  line.recorder.connection(aSubject(), aRuling(), 'http', SEEN)
  expect(line.read()).toMatchObject([
    { kind: 'connection', layer: 'http', path: '/a/b', at: SEEN.at },
  ])
})

test('every kind and every layer arrives as itself', () => {
  const line = new Line()
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
  const line = new Line()
  line.recorder.lookup(aSubject(), aRuling({ window }), 'a', NAME)
  expect(line.read()[0]?.window).toBe(expected)
})

test('what was allowed is no attempt; a warning is', () => {
  const line = new Line()
  line.recorder.lookup(aSubject(), aRuling({ action: 'allow' }), 'a', NAME)
  line.recorder.lookup(aSubject(), aRuling({ action: 'restrict' }), 'a', NAME)
  line.recorder.lookup(aSubject(), aRuling({ action: 'warn', warn: true }), 'a', NAME)
  line.recorder.lookup(aSubject(), aRuling({ action: 'restrict', warn: true }), 'a', NAME)
  expect(line.read().map(({ ruling }) => ruling.action)).toEqual(['warn', 'warn'])
  expect(lostIn(line.ring)).toBe(0)
})

test('words go through once, and again when the facts behind a subject change', () => {
  const line = new Line()
  const ruling = aRuling()
  for (let i = 0; i < 10; i += 1) line.recorder.lookup(aSubject(), ruling, 'a', NAME)
  line.read()
  expect(line.words.map((word) => word?.kind)).toEqual([undefined, 'subject', 'ruling', 'window'])
  line.recorder.lookup(aSubject({ zone: 'library' }), ruling, 'a', NAME)
  expect(line.read()[0]?.subject.zone).toBe('library')
  expect(line.words.slice(4).map((word) => word?.kind)).toEqual(['subject'])
})

test('a word that did not fit is sent with the next attempt that needs it', () => {
  const line = new Line(16_384)
  const long = { ...SEEN, path: `/${'x'.repeat(500)}` }
  for (let i = 0; i < 60; i += 1) line.recorder.connection(aSubject(), aRuling(), 'http', long)
  const lost = lostIn(line.ring)
  expect(lost).toBeGreaterThan(0)
  expect(line.read()).toHaveLength(60 - lost)
  line.recorder.lookup(aSubject({ index: 9, deviceId: 'late' }), aRuling(), 'a', NAME)
  expect(line.read()).toMatchObject([{ subject: { deviceId: 'late' } }])
  expect(line.malformed).toBe(0)
})

test('a bad name is counted as lost and nothing else', () => {
  const line = new Line()
  line.recorder.lookup(aSubject(), aRuling(), 'a', { ...NAME, bytes: Uint8Array.of(9, 9) })
  line.recorder.connection(aSubject(), aRuling(), 'http', { ...SEEN, host: '' })
  expect(line.read()).toEqual([])
  expect(lostIn(line.ring)).toBe(2)
})

test('the successor of a dead data thread goes on in its ring with words of its own', () => {
  const line = new Line()
  line.recorder.lookup(aSubject({ deviceId: 'before' }), aRuling(), 'a', NAME)
  line.recorder = new RingRecorder(new RingWriter(line.ring))
  line.recorder.lookup(aSubject({ deviceId: 'after' }), aRuling({ category: 'games' }), 'a', NAME)
  const read = line.read()
  expect(read.map(({ subject }) => subject.deviceId)).toEqual(['before', 'after'])
  expect(read.map(({ ruling }) => ruling.category)).toEqual(['adult.pornography', 'games'])
})

test('the successor of a dead reader reads what was not released, with the words it is given', () => {
  const line = new Line()
  const ruling = aRuling()
  line.recorder.lookup(aSubject(), ruling, 'a', NAME)
  line.read()
  line.recorder.lookup(aSubject(), ruling, 'aaaa', NAME)
  line.intake.drain(10)
  expect(line.attempts.splice(0)).toHaveLength(1)
  line.intake = line.newIntake(line.words.filter((word) => word !== null))
  expect(line.read()).toMatchObject([{ kind: 'aaaa', subject: { deviceId: 'phone-7' } }])
})

test('a reader that was not given the words asks for them: only what was under way is lost', () => {
  const line = new Line()
  line.recorder.lookup(aSubject(), aRuling(), 'a', NAME)
  line.read()
  line.intake = line.newIntake([])
  for (let i = 0; i < 3; i += 1) line.recorder.lookup(aSubject(), aRuling(), 'a', NAME)
  line.read()
  expect(line.malformed).toBe(3)
  for (let i = 0; i < 3; i += 1) line.recorder.lookup(aSubject(), aRuling(), 'a', NAME)
  expect(line.read()).toHaveLength(3)
  expect(line.words.filter((word) => word === null)).toHaveLength(2)
})

test('a full word book begins anew, and nobody is mistaken for another', () => {
  const line = new Line(4_194_304)
  const ruling = aRuling()
  for (let index = 0; index < MAX_WORDS + 10; index += 1)
    line.recorder.lookup(aSubject({ index, deviceId: `d${index}` }), ruling, 'a', NAME)
  const devices = line.read().map(({ subject }) => subject.deviceId)
  expect(devices).toEqual(Array.from({ length: MAX_WORDS + 10 }, (_, index) => `d${index}`))
  expect(line.words.filter((word) => word === null)).toHaveLength(2)
  expect(lostIn(line.ring)).toBe(0)
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
