import { expect, test } from 'vitest'
import { RingWriter } from '../../../records/rings/byte-ring.ts'
import { TEN_O_CLOCK, aRuling, aSubject } from '../../support/refusals.ts'
import { RingLine } from '../../support/ring-line.ts'
import { wireName } from '../../support/wire-name.ts'

const NAME = { bytes: wireName('www.adult.example'), offset: 0, at: TEN_O_CLOCK }

test('the successor of a dead reader reads what was not released, with the words it is given', () => {
  const line = new RingLine()
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
  const line = new RingLine()
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

const NONSENSE: readonly [says: string, octets: readonly number[]][] = [
  ['an empty record', []],
  ['a record of no known kind', [99, 1, 2, 3]],
  ['a word of no known kind', [2, 9, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]],
  ['a word whose number is past the book', [2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x7b, 0x7d]],
  ['a word that is no JSON', [2, 0, 0, 0, 0, 0, 0, 0, 0x7b]],
  ['a subject without its fields', [2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]],
  ['an attempt that is cut short', [3, 0, 0, 0]],
  ['a tally row that is cut short', [4, 0, 0, 0]],
]

test.each(NONSENSE)('%s is malformed, and the next record is read', (_says, octets) => {
  const line = new RingLine()
  const ring = new RingWriter(line.ring)
  const index = ring.reserve(octets.length)
  ring.bytes.set(octets, index)
  ring.commit(octets.length)
  line.recorder = line.newRecorder()
  line.recorder.lookup(aSubject(), aRuling(), 'a', NAME)
  expect(line.read()).toHaveLength(1)
  expect(line.malformed).toBe(1)
})
