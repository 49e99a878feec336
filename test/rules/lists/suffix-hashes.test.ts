import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { wireName } from '../../support/wire-name.ts'

const SEED = [7, 11] as const

const label = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9_-]{0,20}$/)
const name = fc.array(label, { minLength: 1, maxLength: 8 }).map((labels) => labels.join('.'))

function hashesOf(read: (hashes: SuffixHashes) => boolean): readonly string[] | false {
  const hashes = new SuffixHashes(SEED)
  if (!read(hashes)) {
    expect(hashes.count).toBe(0)
    return false
  }
  return Array.from({ length: hashes.count }, (_, at) => `${hashes.high[at]}:${hashes.low[at]}`)
}

const ofText = (host: string) => hashesOf((hashes) => hashes.readHost(host))
const ofWire = (bytes: Uint8Array, offset = 0) =>
  hashesOf((hashes) => hashes.readWire(bytes, offset))

describe('one name, however it is written', () => {
  test('text and wire give the same hashes', () => {
    fc.assert(
      fc.property(name, fc.nat(40), (host, offset) => {
        const bytes = Buffer.concat([Buffer.alloc(offset, 0xff), wireName(host)])
        expect(ofWire(bytes, offset)).toEqual(ofText(host))
      }),
      { numRuns: FUZZ_RUNS },
    )
  })

  test('case and the root dot make no difference', () => {
    fc.assert(
      fc.property(name, (host) => {
        expect(ofText(`${host.toUpperCase()}.`)).toEqual(ofText(host.toLowerCase()))
      }),
      { numRuns: FUZZ_RUNS },
    )
  })

  test('the hashes are those of the parent domains, the top-level domain first', () => {
    const whole = (host: string) => (ofText(host) || []).at(-1)
    expect(ofText('a.b.example.org')).toEqual(
      ['org', 'example.org', 'b.example.org', 'a.b.example.org'].map(whole),
    )
  })

  test('the brackets of an IPv6 address make no difference', () => {
    expect(ofText('[2001:db8::1]')).toEqual(ofText('2001:DB8::1'))
  })

  test('the root has no suffix', () => {
    expect(ofText('.')).toEqual([])
    expect(ofWire(wireName(''))).toEqual([])
  })

  test('a dot inside a wire label is no label boundary', () => {
    const single = Buffer.from('\x0bexample.org\x00')
    expect(ofWire(single)).toHaveLength(1)
    expect(ofWire(single)).not.toContain((ofText('example.org') || []).at(-1))
  })
})

describe('names that are none', () => {
  const longest = `${'a.'.repeat(126)}a`
  test.each([
    ['127 labels, 253 characters: the longest', longest, 127],
    ['254 characters', `${'a.'.repeat(126)}ab`, false],
    ['a label of 63', `${'a'.repeat(63)}.org`, 2],
    ['a label of 64', `${'a'.repeat(64)}.org`, false],
    ['nothing', '', false],
    ['two dots in a row', 'a..b', false],
    ['a dot in front', '.a', false],
    ['two dots at the end', 'a..', false],
    ['a space', 'a b.org', false],
    ['a letter that is not ASCII', 'münchen.de', false],
    ['a bracket that is not closed', '[::1', false],
  ])('text: %s', (_why, host, expected) => {
    const found = ofText(host)
    expect(found === false ? false : found.length).toBe(expected)
  })

  test.each([
    ['127 labels, 255 octets: the longest', wireName(longest), 127],
    ['256 octets', wireName(`${'a.'.repeat(126)}ab`), false],
    ['a compression pointer', Buffer.from([1, 0x61, 0xc0, 0]), false],
    ['a label of 64', wireName('a'.repeat(64)), false],
    ['no end', Buffer.from([1, 0x61]), false],
    ['a label that is cut off', Buffer.from([5, 0x61]), false],
    ['nothing', Buffer.alloc(0), false],
  ])('wire: %s', (_why, bytes, expected) => {
    const found = ofWire(bytes)
    expect(found === false ? false : found.length).toBe(expected)
  })

  test('whatever the octets are, there is an answer and no exception', () => {
    const hashes = new SuffixHashes(SEED)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(310), (bytes, offset) => {
        const taken = hashes.readWire(bytes, offset)
        expect(hashes.count === 0 || taken).toBe(true)
      }),
      { numRuns: FUZZ_RUNS },
    )
  })

  test('whatever the text is, there is an answer and no exception', () => {
    const hashes = new SuffixHashes(SEED)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const taken = hashes.readHost(text)
        expect(hashes.count === 0 || taken).toBe(true)
      }),
      { numRuns: FUZZ_RUNS },
    )
  })
})

test('a path gives a hash for each prefix, and many segments no more than there is room for', () => {
  const hashes = new SuffixHashes(SEED)
  hashes.readHost('example.org')
  hashes.readPath('/a/b?c&d')
  expect(hashes.urlCount).toBe(5)
  const seen = new Set(hashes.urlHigh.subarray(0, 5))
  expect(seen.size).toBe(5)
  hashes.readPath('/a'.repeat(5000))
  expect(hashes.urlCount).toBe(128)
})

test('reading allocates nothing', () => {
  const hashes = new SuffixHashes(SEED)
  const wire = wireName('www.mail.example.org')
  expectAllocatesAtMost(1, 10_000, () => {
    hashes.readWire(wire, 0)
    hashes.readHost('www.mail.example.org')
  })
})
