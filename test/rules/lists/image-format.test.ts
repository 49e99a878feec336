import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ImageBuilder } from '../../../rules/lists/image-builder.ts'
import { partsOf, sealImage } from '../../../rules/lists/image-format.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

function someImage(): SharedArrayBuffer {
  const builder = new ImageBuilder({ seed: [3, 4], builtAt: '2026-11-25T00:00:00Z' })
  const list = builder.addList({ id: 'a', name: 'A', category: 'c', source: 's', version: 'v' })
  for (let n = 0; n < 50; n += 1) builder.addHost(list, 'subtree', `n${n}.example`)
  builder.addHost(list, 'host', '192.0.2.7')
  builder.addPattern(list, '^ads[0-9]')
  const buffer = builder.finish()
  if ('problem' in buffer) throw new Error(buffer.problem)
  return buffer
}

function changed(
  change: (bytes: Uint8Array, buffer: SharedArrayBuffer) => void,
): SharedArrayBuffer {
  const buffer = someImage()
  change(new Uint8Array(buffer), buffer)
  return buffer
}

function part(buffer: SharedArrayBuffer, length: number): SharedArrayBuffer {
  return buffer.slice(0, length)
}

describe('a file that is no whole image is told apart, not believed', () => {
  const whole = someImage()
  test.each([
    ['nothing', new SharedArrayBuffer(0), 'not a list image: too short or cut off'],
    ['zeros', new SharedArrayBuffer(4096), 'not a list image'],
    ['a torn file', part(whole, 400), `the list image is torn: 400 octets of ${whole.byteLength}`],
    ['a file cut within a word', part(whole, 401), 'not a list image: too short or cut off'],
    [
      'another format',
      changed((bytes) => (bytes[4] = 9)),
      'the list image has format 9, this version reads 2; compile it again',
    ],
    [
      'a size that is negative',
      changed((bytes) => (bytes[27] = 0xff)),
      'the list image has a broken header',
    ],
    [
      'a size that is too large',
      changed((bytes) => (bytes[26] = 0x7f)),
      'the list image has a broken header',
    ],
    [
      'a flipped bit',
      changed((bytes) => (bytes[200] = (bytes[200] ?? 0) ^ 1)),
      'the list image is damaged: its checksum is wrong',
    ],
    [
      'a table without an end',
      changed((_, buffer) => {
        partsOf(buffer).keys.fill(1)
        sealImage(buffer)
      }),
      'the list image has a broken table',
    ],
    [
      'a set that does not exist',
      changed((_, buffer) => {
        partsOf(buffer).slotSets[0] = 7
        sealImage(buffer)
      }),
      'the list image has a broken table',
    ],
    [
      'ranges out of order',
      changed((_, buffer) => {
        partsOf(buffer).rangeStarts[3] = 0xffff_ffff
        sealImage(buffer)
      }),
      'the list image has broken address ranges',
    ],
    [
      'a pattern that leads out of its table',
      changed((_, buffer) => {
        partsOf(buffer).patternSteps[0] = 999
        sealImage(buffer)
      }),
      'the list image has broken patterns',
    ],
    [
      'a wrong count of its names',
      changed((_, buffer) => {
        const names = new Int32Array(buffer, 0, 16)
        names[10] = 7
        sealImage(buffer)
      }),
      'the list image has a broken table',
    ],
    [
      'tags beyond the end',
      changed((_, buffer) => {
        partsOf(buffer).setStarts[2] = 7
        sealImage(buffer)
      }),
      'the list image has broken tag sets',
    ],
    [
      'a list that does not exist',
      changed((_, buffer) => {
        partsOf(buffer).tags[0] = 9
        sealImage(buffer)
      }),
      'the list image names a list it lacks',
    ],
    [
      'metadata that are none',
      changed((_, buffer) => {
        partsOf(buffer).metadata[0] = 0x20
        sealImage(buffer)
      }),
      'the list image has broken metadata',
    ],
  ])('%s', (_what, buffer, problem) => {
    expect(ListImage.open(buffer)).toEqual({ problem })
  })
})

test('an image that was opened before is taken over without reading it again', () => {
  const damaged = changed((_, buffer) => {
    const { keys } = partsOf(buffer)
    keys[0] = (keys[0] ?? 0) + 1
  })
  expect(ListImage.open(damaged)).toEqual({
    problem: 'the list image is damaged: its checksum is wrong',
  })
  const trusted = ListImage.trust(damaged)
  expect(trusted).toBeInstanceOf(ListImage)
  // Its header is looked at all the same: nothing else says where the parts begin.
  expect(ListImage.trust(new SharedArrayBuffer(64))).toEqual({ problem: 'not a list image' })
})

test('whatever octets change and however they are sealed, nothing throws and every search ends', () => {
  const size = someImage().byteLength
  const edits = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(edits, fc.boolean(), (changes, seal) => {
      const buffer = changed((bytes) => {
        for (const [at, value] of changes) bytes[at] = value
      })
      if (seal) sealImage(buffer)
      const image = ListImage.open(buffer)
      if ('problem' in image) return
      const hashes = new SuffixHashes(image.seed)
      hashes.readHost('a.n7.example')
      image.listsOf(image.findUrl(hashes, '/x'))
      image.holders('n7.example')
      image.findAddress(Uint8Array.of(192, 0, 2, 7), 0, 4)
    }),
    { numRuns: FUZZ_RUNS },
  )
})
