import { expect, test } from 'vitest'
import { chooseFeed, type SignedFeed } from '../../../proxy/sealed/choose-feed.ts'
import type { SealedFeed } from '../../../rules/sealed/sealed-feed.ts'
import { feedOf } from '../../support/sealed-names.ts'

const sample = feedOf(['a.example'])
const WANTED = { id: 'csam', category: 'illegal.csam', hashKeyId: sample.hashKeyId }

const signed = (text: string, more: Partial<SealedFeed> = {}): SignedFeed => ({
  text,
  feed: { ...sample, ...more },
})

const FIVE = signed('five', { serial: 5 })

const CHOICES: readonly [
  says: string,
  offered: Parameters<typeof chooseFeed>[1],
  kept: SignedFeed | null,
  inForce: string | null,
  refused: string | null,
][] = [
  ['the first feed is taken', FIVE, null, 'five', null],
  ['a newer one replaces it', signed('six', { serial: 6 }), FIVE, 'six', null],
  ['the same file again changes nothing', FIVE, FIVE, 'five', null],
  ['an older one is a rollback', signed('four', { serial: 4 }), FIVE, 'five', 'older than 5'],
  ['a serial is used once', signed('5b', { serial: 5 }), FIVE, 'five', 'used for other contents'],
  [
    'another feed is not this one',
    signed('x', { id: 'other', serial: 9 }),
    FIVE,
    'five',
    'it is feed `other`',
  ],
  [
    'another category is not this one',
    signed('x', { category: 'illegal.other', serial: 9 }),
    FIVE,
    'five',
    'not of `illegal.csam`',
  ],
  [
    'hashes of another key match nothing',
    signed('x', { hashKeyId: 'ff', serial: 9 }),
    FIVE,
    'five',
    'hashed with key ff',
  ],
  [
    'what can’t be opened changes nothing',
    { problem: 'its signature is wrong' },
    FIVE,
    'five',
    'signature',
  ],
  ['with neither there is no feed', { problem: 'no file' }, null, null, 'no file'],
  [
    'a copy of another key is no feed',
    { problem: 'no file' },
    signed('k', { hashKeyId: 'ff' }),
    null,
    'no file',
  ],
  [
    'a copy of another key still dates',
    signed('four', { serial: 4 }),
    signed('k', { hashKeyId: 'ff', serial: 5 }),
    null,
    'older than 5',
  ],
]

test.each(CHOICES)('%s', (...[, offered, kept, inForce, refused]) => {
  const choice = chooseFeed(WANTED, offered, kept)
  expect(choice.inForce?.text ?? null).toBe(inForce)
  if (refused === null) expect(choice.refused).toBeNull()
  else expect(choice.refused).toContain(refused)
})

test('however old a valid copy is, it stays', () => {
  const old = signed('old', { issued: 0 })
  expect(chooseFeed(WANTED, { problem: 'no file' }, old).inForce).toBe(old)
})
