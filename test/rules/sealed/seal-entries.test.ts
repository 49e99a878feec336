import { createSecretKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { macOf } from '../../../proxy/sealed/sealed-bundle.ts'
import { parseListLine } from '../../../rules/lists/list-line.ts'
import { EntrySealer, idOfKey, seedOfMarks } from '../../../rules/sealed/seal-entries.ts'

const macFrom = (fill: number) => macOf(createSecretKey(Buffer.alloc(32, fill)))

function seal(lines: readonly string[], fill = 1) {
  const sealer = new EntrySealer(macFrom(fill))
  for (const line of lines) {
    const parsed = parseListLine(line, 'subtree')
    if (parsed.kind === 'hosts' || parsed.kind === 'url') sealer.add(parsed)
  }
  return sealer.entries
}

test('the same name in two forms is one entry, and the wider one stays', () => {
  const scopes = (lines: readonly string[]) => seal(lines).map(({ scope }) => scope)
  expect(scopes(['a.example', '0.0.0.0 a.example'])).toEqual(['subtree'])
  expect(scopes(['0.0.0.0 a.example', 'a.example'])).toEqual(['subtree'])
  expect(scopes(['a.example/x', 'a.example'])).toEqual(['url', 'subtree'])
})

test('another key gives other hashes, another seed and another id', () => {
  const [one] = seal(['a.example'], 1)
  const [two] = seal(['a.example'], 2)
  expect(one?.digest).not.toBe(two?.digest)
  expect(one?.mark).not.toBe(two?.mark)
  expect(seedOfMarks(macFrom(1))).not.toEqual(seedOfMarks(macFrom(2)))
  expect(idOfKey(macFrom(1))).not.toBe(idOfKey(macFrom(2)))
})

test('a path that no request can be matched to is refused', () => {
  const sealer = new EntrySealer(macFrom(1))
  expect(sealer.add({ kind: 'url', host: 'a.example', path: `/${'x'.repeat(9_000)}` })).toBe(false)
  expect(sealer.add({ kind: 'url', host: 'a.example', path: '/x'.repeat(200) })).toBe(false)
  expect(sealer.add({ kind: 'url', host: 'not a host', path: '/x' })).toBe(false)
  expect(sealer.entries).toEqual([])
})
