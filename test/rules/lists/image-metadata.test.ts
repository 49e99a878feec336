import { expect, test } from 'vitest'
import { readMetadata, writeMetadata } from '../../../rules/lists/image-metadata.ts'

const COUNTS = { entries: 0, urls: 0, exceptions: 0 }

const list = {
  id: 'é',
  name: 'n',
  category: 'c',
  source: 's',
  version: 'v',
  entries: 1,
  urls: 2,
  exceptions: 0,
}

test('what is written is read', () => {
  const patterns = [{ list: 0, text: '^ads' }]
  const metadata = { builtAt: '2026-11-25T00:00:00Z', lists: [list], patterns }
  expect(readMetadata(writeMetadata(metadata))).toEqual(metadata)
})

test('lists without ids are written as their number, and are as many when read', () => {
  const none = { id: '', name: '', category: '', source: '', version: '' }
  const lists = Array.from({ length: 10_000 }, () => ({ ...none, ...COUNTS }))
  const written = writeMetadata({ builtAt: '', lists, patterns: [] })
  expect(written.length).toBeLessThan(100)
  expect(readMetadata(written)).toEqual({ builtAt: '', lists, patterns: [] })
})

test.each([
  ['more unnamed lists than there can be', '{"builtAt":"","lists":1000000000,"patterns":[]}'],
  ['a number of lists that is none', '{"builtAt":"","lists":-1,"patterns":[]}'],
  ['no JSON', '{'],
  ['no record', 'null'],
  ['no lists', '{"builtAt":"x"}'],
  ['no time', '{"lists":[]}'],
  ['a list without a name', JSON.stringify({ builtAt: 'x', lists: [{ ...list, name: 1 }] })],
  ['no patterns', JSON.stringify({ builtAt: 'x', lists: [list] })],
  ['a pattern of no list', JSON.stringify({ builtAt: 'x', lists: [list], patterns: [{}] })],
  ['a list without a count', JSON.stringify({ builtAt: 'x', lists: [{ ...list, urls: 'a' }] })],
])('metadata with %s are none', (_what, text) => {
  expect(readMetadata(new TextEncoder().encode(text))).toBeNull()
})
