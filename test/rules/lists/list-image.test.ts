import fc from 'fast-check'
import { octetsOf, parseAddress, parseRange } from '../../../rules/addresses/ip-address.ts'
import { describe, expect, test } from 'vitest'
import { ImageBuilder } from '../../../rules/lists/image-builder.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'
import { isException, type Scope } from '../../../rules/lists/tag-sets.ts'
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
    expect(add(builder, { list, scope, host, path })).toBe(true)
  }
  const buffer = builder.finish()
  if ('problem' in buffer) throw new Error(buffer.problem)
  const image = ListImage.open(buffer)
  if ('problem' in image) throw new Error(image.problem)
  return image
}

function add(builder: ImageBuilder, { list, scope, host, path = '' }: Entry): boolean {
  if (scope === 'url') return builder.addUrl(list, host, path)
  return isException(scope)
    ? builder.addException(list, scope, host)
    : builder.addHost(list, scope, host)
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
    expect(image.names).toBe(5)
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

describe('exceptions', () => {
  const image = imageOf(2, [
    { list: 0, scope: 'subtree', host: 'bad.example' },
    { list: 0, scope: 'except_all', host: 'good.bad.example' },
    { list: 0, scope: 'host', host: 'worse.good.bad.example' },
    { list: 0, scope: 'url', host: 'good.bad.example', path: '/x' },
    { list: 1, scope: 'host', host: 'zone.example' },
    { list: 1, scope: 'below', host: 'zone.example' },
    { list: 1, scope: 'except_host', host: 'ok.zone.example' },
    { list: 1, scope: 'except_below', host: 'fine.zone.example' },
    { list: 1, scope: 'host', host: 'evil.fine.zone.example' },
  ])

  test.each([
    ['what is listed stays listed', 'bad.example', [0]],
    ['a browser exception takes the name out', 'good.bad.example', []],
    ['and all below it, longer names of the list too', 'worse.good.bad.example', []],
    ['a zone lists a name', 'zone.example', [1]],
    ['its wildcard lists what is below', 'a.b.zone.example', [1]],
    ['its exception takes out that name', 'ok.zone.example', []],
    ['and nothing below it', 'a.ok.zone.example', [1]],
    ['a wildcard exception does not take out the name', 'fine.zone.example', [1]],
    ['but what is below it', 'a.fine.zone.example', []],
    ['a longer name of the zone wins again', 'evil.fine.zone.example', [1]],
  ])('%s', (_why, host, lists) => {
    expect(listsOf(image, host)).toEqual(lists)
  })

  test('an exception silences the URL entries of the list as well', () => {
    expect(listsOf(image, 'good.bad.example', '/x')).toEqual([])
  })

  test('`below` does not list the name itself', () => {
    const below = imageOf(1, [{ list: 0, scope: 'below', host: 'zone.example' }])
    expect(listsOf(below, 'zone.example')).toEqual([])
    expect(listsOf(below, 'www.zone.example')).toEqual([0])
  })

  test('an exception costs no allocation either', () => {
    const hashes = new SuffixHashes(image.seed)
    const wire = wireName('good.bad.example')
    expectAllocatesAtMost(1, 10_000, () => {
      hashes.readWire(wire, 0)
      if (image.find(hashes) !== 0) throw new Error('the name is taken out')
    })
  })

  test('whoever looks a name up is told of the exception instead of the entry', () => {
    expect(image.holders('good.bad.example').map(({ scope }) => scope)).toEqual(['except_all'])
    expect(image.lists[0]).toMatchObject({ entries: 2, urls: 1, exceptions: 1 })
  })
})

describe('addresses and patterns', () => {
  const builder = new ImageBuilder({ seed: [17, 42], builtAt: '2026-11-25T00:00:00Z' })
  for (const id of ['ranges', 'patterns', 'names'])
    builder.addList({ id, name: id, category: 'c', source: 's', version: 'v' })
  for (const text of ['192.0.2.0/24', '2001:db8::/32']) addRange(text)
  addRange('192.0.2.128/25', true)
  builder.addPattern(1, '^ads?[0-9]*\\.')
  builder.addHost(2, 'subtree', 'example.org')
  const buffer = builder.finish()
  if ('problem' in buffer) throw new Error(buffer.problem)
  const opened = ListImage.open(buffer)
  if ('problem' in opened) throw new Error(opened.problem)
  const image = opened

  function addRange(text: string, isTakenOut = false): void {
    const range = parseRange(text)
    if (range === undefined) throw new Error(text)
    builder.addRange(0, range, isTakenOut)
  }

  test.each([
    ['192.0.2.1', [0]],
    ['192.0.2.127', [0]],
    ['192.0.2.128', []],
    ['192.0.3.0', []],
    ['192.0.1.255', []],
    ['2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', [0]],
    ['2001:db9::', []],
    ['2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', []],
    ['64:ff9b::c000:201', [0]],
  ])('%s as a host and in an answer', (text, lists) => {
    expect(listsOf(image, text)).toEqual(lists)
    const octets = octetsOf(parseAddress(text) ?? [0, 0, 0, 0])
    expect(image.listsOf(image.findAddress(octets, 0, 16))).toEqual(lists)
    const isV4 = !text.includes(':')
    if (isV4) expect(image.listsOf(image.findAddress(octets, 12, 4))).toEqual(lists)
  })

  test('an address of any other length is none', () => {
    expect(image.findAddress(new Uint8Array(20), 0, 5)).toBe(0)
  })

  test.each([
    ['ad.example', [1]],
    ['ads7.example.org', [1, 2]],
    ['xads.example', []],
    ['www.ads.example', []],
  ])('%s and the pattern', (host, lists) => {
    expect(listsOf(image, host)).toEqual(lists)
    const hashes = new SuffixHashes(image.seed)
    hashes.readWire(wireName(host), 0)
    expect(image.listsOf(image.find(hashes))).toEqual(lists)
  })

  test('people are shown the range and the pattern', () => {
    expect(image.holders('192.0.2.9').map(({ list }) => list.id)).toEqual(['ranges'])
    expect(image.holders('ad.example').map(({ entry }) => entry)).toEqual(['/^ads?[0-9]*\\./'])
  })

  test('looking up addresses and patterns allocates nothing', () => {
    const hashes = new SuffixHashes(image.seed)
    const wire = wireName('ads7.example.org')
    const answer = Uint8Array.of(192, 0, 2, 9)
    expectAllocatesAtMost(1, 10_000, () => {
      hashes.readWire(wire, 0)
      image.find(hashes)
      hashes.readHost('192.0.2.9')
      image.find(hashes)
      image.findAddress(answer, 0, 4)
    })
  })
})
