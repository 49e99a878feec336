import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CHAIN_START, linkEntry, sealEntry, sha256 } from '../../../records/ledger/chain.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { sampleLedger } from './sample-ledger.ts'

test('the hash is SHA-256 over the canonical text', () => {
  // The digest of the empty string, FIPS 180-4.
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

test('an entry that is read is the entry that was sealed', () => {
  const ledger = sampleLedger(tempDirectory())
  const [first] = ledger.entries()
  if (first === undefined) throw new Error('no entry')
  const { hash, ...body } = first
  expect(sealEntry(body)).toMatchObject({ seq: 1, hash })
  expect(linkEntry(sealEntry(body), CHAIN_START)).toEqual({ entry: first })
  ledger.close()
})

const FOREIGN: readonly [says: string, body: string, message: string][] = [
  ['what is not JSON', 'nonsense', 'is not an entry'],
  ['JSON of another kind', '[1,2]', 'is not an entry'],
  ['null', 'null', 'is not an entry'],
  [
    'an entry from the future',
    JSON.stringify({ v: 2, seq: 1, prev_hash: CHAIN_START.hash }),
    'written by a newer Schoolgate (format 2)',
  ],
]

test.each(FOREIGN)('refuses %s, although its hash is right', (_, body, message) => {
  const linked = linkEntry({ seq: 1, body, hash: sha256(body) }, CHAIN_START)
  expect(linked).toMatchObject({
    fault: { seq: 1, message: expect.stringContaining(message) as string },
  })
})

test('no text that was not appended passes, and none makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.nat(), (body, seq) => {
      const linked = linkEntry({ seq, body, hash: sha256(body) }, { seq: seq - 1, hash: 'none' })
      expect(linked).toHaveProperty('fault')
    }),
    { numRuns: FUZZ_RUNS },
  )
})
