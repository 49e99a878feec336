import { expect, test } from 'vitest'
import { MAX_WORDS } from '../../../records/rings/attempt-codec.ts'
import { RingWriter, lostIn } from '../../../records/rings/byte-ring.ts'
import { RingRecorder } from '../../../records/rings/ring-recorder.ts'
import { TEN_O_CLOCK, aRuling, aSubject } from '../../support/refusals.ts'
import { RingLine } from '../../support/ring-line.ts'
import { wireName } from '../../support/wire-name.ts'

const NAME = { bytes: wireName('www.adult.example'), offset: 0, at: TEN_O_CLOCK }
const SEEN = { host: 'www.adult.example', path: '', at: TEN_O_CLOCK }

test('words go through once, and again when the facts behind a subject change', () => {
  const line = new RingLine()
  const ruling = aRuling()
  for (let i = 0; i < 10; i += 1) line.recorder.lookup(aSubject(), ruling, 'a', NAME)
  line.read()
  expect(line.words.map((word) => word?.kind)).toEqual([undefined, 'subject', 'ruling', 'window'])
  line.recorder.lookup(aSubject({ zone: 'library' }), ruling, 'a', NAME)
  expect(line.read()[0]?.subject.zone).toBe('library')
  expect(line.words.slice(4).map((word) => word?.kind)).toEqual(['subject'])
})

test('a word that did not fit is sent with the next attempt that needs it', () => {
  const line = new RingLine(16_384)
  const long = { ...SEEN, path: `/${'x'.repeat(500)}` }
  for (let i = 0; i < 60; i += 1) line.recorder.connection(aSubject(), aRuling(), 'http', long)
  const lost = lostIn(line.ring)
  expect(lost).toBeGreaterThan(0)
  expect(line.read()).toHaveLength(60 - lost)
  line.recorder.lookup(aSubject({ index: 9, deviceId: 'late' }), aRuling(), 'a', NAME)
  expect(line.read()).toMatchObject([{ subject: { deviceId: 'late' } }])
  expect(line.malformed).toBe(0)
})

test('the successor of a dead data thread goes on in its ring with words of its own', () => {
  const line = new RingLine()
  line.recorder.lookup(aSubject({ deviceId: 'before' }), aRuling(), 'a', NAME)
  line.recorder = new RingRecorder(new RingWriter(line.ring))
  line.recorder.lookup(aSubject({ deviceId: 'after' }), aRuling({ category: 'games' }), 'a', NAME)
  const read = line.read()
  expect(read.map(({ subject }) => subject.deviceId)).toEqual(['before', 'after'])
  expect(read.map(({ ruling }) => ruling.category)).toEqual(['adult.pornography', 'games'])
})

test('a full word book begins anew, and nobody is mistaken for another', () => {
  const line = new RingLine(4_194_304)
  const ruling = aRuling()
  for (let index = 0; index < MAX_WORDS + 10; index += 1)
    line.recorder.lookup(aSubject({ index, deviceId: `d${index}` }), ruling, 'a', NAME)
  const devices = line.read().map(({ subject }) => subject.deviceId)
  expect(devices).toEqual(Array.from({ length: MAX_WORDS + 10 }, (_, index) => `d${index}`))
  expect(line.words.filter((word) => word === null)).toHaveLength(2)
  expect(lostIn(line.ring)).toBe(0)
})
