import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ImageBuilder } from '../../../rules/lists/image-builder.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'
import type { Scope } from '../../../rules/lists/tag-sets.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { wireName } from '../../support/wire-name.ts'

interface Entry {
  readonly list: number
  readonly scope: Scope
  readonly host: string
  readonly path?: string
}

function imageOf(lists: number, entries: readonly Entry[]): ListImage {
  const builder = new ImageBuilder({ seed: [17, 42], builtAt: '2026-11-25T00:00:00Z' })
  for (let list = 0; list < lists; list += 1) {
    builder.addList({ id: `list-${list}`, name: '', category: 'c', source: 's', version: 'v' })
  }
  for (const { list, scope, host, path = '' } of entries) {
    const added =
      scope === 'url' ? builder.addUrl(list, host, path) : builder.addHost(list, scope, host)
    expect(added).toBe(true)
  }
  const buffer = builder.finish()
  if ('problem' in buffer) throw new Error(buffer.problem)
  const image = ListImage.open(buffer)
  if ('problem' in image) throw new Error(image.problem)
  return image
}

function listsOf(image: ListImage, host: string, path?: string): readonly number[] {
  const hashes = new SuffixHashes(image.seed)
  expect(hashes.readHost(host)).toBe(true)
  return image.listsOf(path === undefined ? image.find(hashes) : image.findUrl(hashes, path))
}

describe('scopes', () => {
  const image = imageOf(4, [
    { list: 0, scope: 'host', host: 'archive.org' },
    { list: 1, scope: 'subtree', host: 'example.org' },
    { list: 2, scope: 'host', host: 'www.example.org' },
    { list: 3, scope: 'url', host: 'example.org', path: '/sealed/' },
    { list: 3, scope: 'url', host: 'example.org', path: '/id?n=3' },
    { list: 0, scope: 'host', host: '192.0.2.7' },
  ])

  test.each([
    ['an exact entry holds its host', 'archive.org', [0]],
    ['and nothing below it', 'web.archive.org', []],
    ['a subtree entry holds its host', 'example.org', [1]],
    ['and all below it', 'a.b.example.org', [1]],
    ['but no name that only ends like it', 'notexample.org', []],
    ['nor its parent', 'org', []],
    ['parent and host are joined', 'WWW.Example.ORG.', [1, 2]],
    ['an address is held', '192.0.2.7', [0]],
    ['not one that ends like it', '1.192.0.2.7', []],
  ])('%s', (_why, host, lists) => {
    expect(listsOf(image, host)).toEqual(lists)
  })

  test.each([
    ['/sealed/', [1, 3]],
    ['/sealed', [1, 3]],
    ['/sealed/deep/er?x', [1, 3]],
    ['/sealed?x', [1, 3]],
    ['/sealed;x', [1, 3]],
    ['/%73ealed/', [1, 3]],
    ['//sealed/', [1, 3]],
    ['/x/../sealed/', [1, 3]],
    ['/SEALED/', [1, 3]],
    ['/sealedness', [1]],
    ['/x/sealed', [1]],
    ['/', [1]],
    ['/id?n=3', [1, 3]],
    ['/id?n=3&m=4', [1, 3]],
    ['/id?n=33', [1]],
    ['/id', [1]],
  ])('the path `%s` of a host with URL entries', (path, lists) => {
    expect(listsOf(image, 'example.org', path)).toEqual(lists)
  })

  test('a URL entry holds its host only', () => {
    expect(listsOf(image, 'a.example.org', '/sealed/')).toEqual([1])
    expect(listsOf(image, 'example.org')).toEqual([1])
  })

  test('who holds a name is told with the entry and its scope', () => {
    const told = image
      .holders('www.example.org')
      .map(({ list, entry, scope }) => [list.id, entry, scope])
    expect(told).toEqual([
      ['list-1', 'example.org', 'subtree'],
      ['list-2', 'www.example.org', 'host'],
    ])
    const [, ofPath] = image.holders('example.org', '/sealed/x')
    expect([ofPath?.list.id, ofPath?.entry, ofPath?.scope]).toEqual([
      'list-3',
      'example.org/sealed',
      'url',
    ])
    expect(image.holders('not a host')).toEqual([])
  })

  test('entries and urls are counted by list', () => {
    expect(image.lists.map(({ entries, urls }) => [entries, urls])).toEqual([
      [2, 0],
      [1, 0],
      [1, 0],
      [0, 2],
    ])
    expect(image.names).toBe(6)
  })
})

describe('against a plain map', () => {
  const label = fc.constantFrom('a', 'b', 'c')
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
  const entry: fc.Arbitrary<Entry> = fc.record({
    list: fc.nat(5),
    scope: fc.constantFrom('host', 'subtree'),
    host,
  })

  function expected(entries: readonly Entry[], asked: string): readonly number[] {
    const holding = entries.filter(
      (e) => e.host === asked || (e.scope === 'subtree' && asked.endsWith(`.${e.host}`)),
    )
    return [...new Set(holding.map(({ list }) => list))].toSorted((a, b) => a - b)
  }

  test('the lists of a name are the union over its parents, from text and from the wire', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), fc.array(host), (entries, asked) => {
        const image = imageOf(6, entries)
        const hashes = new SuffixHashes(image.seed)
        for (const name of asked) {
          expect(listsOf(image, name)).toEqual(expected(entries, name))
          hashes.readWire(wireName(name), 0)
          expect(image.listsOf(image.find(hashes))).toEqual(expected(entries, name))
        }
        const counted = (list: number) =>
          new Set(entries.filter((e) => e.list === list).map((e) => e.host)).size
        expect(image.lists.map(({ entries: n }) => n)).toEqual([0, 1, 2, 3, 4, 5].map(counted))
      }),
      { numRuns: FUZZ_RUNS },
    )
  })
})

test('equal sets are the same number, whichever way they came about', () => {
  const image = imageOf(2, [
    { list: 0, scope: 'subtree', host: 'x.org' },
    { list: 1, scope: 'subtree', host: 'a.x.org' },
    { list: 0, scope: 'host', host: 'y.org' },
    { list: 1, scope: 'subtree', host: 'y.org' },
  ])
  const hashes = new SuffixHashes(image.seed)
  const sets = ['a.x.org', 'y.org'].map((host) => {
    hashes.readHost(host)
    return image.find(hashes)
  })
  expect(sets[0]).toBe(sets[1])
  expect(image.listsOf(sets[0] ?? 0)).toBe(image.listsOf(sets[1] ?? 0))
})

test('an image without names holds nothing', () => {
  const image = imageOf(0, [])
  expect(listsOf(image, 'example.org', '/x')).toEqual([])
  expect(image.names).toBe(0)
})

test('finding a name allocates nothing once its union is known', () => {
  const image = imageOf(3, [
    { list: 0, scope: 'subtree', host: 'org' },
    { list: 1, scope: 'subtree', host: 'example.org' },
    { list: 2, scope: 'host', host: 'www.example.org' },
  ])
  const hashes = new SuffixHashes(image.seed)
  const wire = wireName('www.example.org')
  expectAllocatesAtMost(1, 10_000, () => {
    hashes.readWire(wire, 0)
    if (image.find(hashes) === 0) throw new Error('the name is listed')
  })
})
