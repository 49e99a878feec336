import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  formatSealedFeed,
  parseSealedFeed,
  splitSignature,
  type SealedFeed,
} from '../../../rules/sealed/sealed-feed.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { feedOf } from '../../support/sealed-names.ts'

const FEED = feedOf(['sealed.example', 'mixed.example/a/b', '||x.example^'])
const TEXT = formatSealedFeed(FEED)

function sorted(feed: SealedFeed): SealedFeed {
  return { ...feed, entries: feed.entries.toSorted((a, b) => (a.digest < b.digest ? -1 : 1)) }
}

test('a feed is read back as it was written', () => {
  expect(parseSealedFeed(TEXT)).toEqual(sorted(FEED))
  const synthetic = { ...FEED, licence: null }
  expect(parseSealedFeed(formatSealedFeed(synthetic))).toEqual(sorted(synthetic))
})

test('the text of a feed holds no name that it seals', () => {
  for (const name of ['mixed', 'example', '/a/b']) expect(TEXT).not.toContain(name)
})

const PROBLEMS: readonly [says: string, change: (text: string) => string, problem: string][] = [
  ['something else in it', () => 'hello\n', 'not a sealed feed'],
  ['no entries', (text) => text.replace(/entries 3\n[^]*/, 'entries 0\n'), 'the feed is empty'],
  ['no entry lines', (text) => text.replace(/(entries 3\n)[^]*/, '$1'), 'the feed is empty'],
  [
    'one entry less',
    (text) => text.replace(/\n[^\n]+\n$/, '\n'),
    'announces 3 entries and holds 2',
  ],
  ['a broken entry', (text) => text.replace(/url [0-9a-f]/, 'url X'), 'is not one'],
  ['serial 0', (text) => text.replace('serial 1', 'serial 0'), 'serial'],
  ['no time', (text) => text.replace(/issued .*/, 'issued today'), 'time of issue'],
  ['an open category', (text) => text.replace('illegal.csam', 'media.games'), 'SEALED'],
  ['a line left out', (text) => text.replace(/licence .*\n/, ''), 'is not `licence ...`'],
]

test.each(PROBLEMS)('a feed with %s is refused', (_says, change, problem) => {
  const read = parseSealedFeed(change(TEXT))
  expect('problem' in read ? read.problem : '').toContain(problem)
})

test('the signature is the last line, whole', () => {
  const line = `signature ${'a'.repeat(64)} ${'b'.repeat(128)}\n`
  expect(splitSignature(TEXT + line)).toEqual({
    signed: TEXT,
    signer: 'a'.repeat(64),
    signature: 'b'.repeat(128),
  })
  for (const cut of [TEXT, TEXT + line.slice(0, -3), '', '\n', line + line.slice(0, 20)])
    expect(splitSignature(cut)).toHaveProperty('problem')
})

test('no text makes the reader throw', () => {
  const lines = TEXT.split('\n')
  const garbled = fc
    .array(fc.oneof(fc.constantFrom(...lines), fc.string({ unit: 'binary' })), { maxLength: 14 })
    .map((parts) => parts.join('\n'))
  fc.assert(
    fc.property(garbled, (text) => {
      parseSealedFeed(text)
      splitSignature(text)
    }),
    { numRuns: FUZZ_RUNS },
  )
})
