import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ImageBuilder } from '../../../rules/lists/image-builder.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { parseListLine } from '../../../rules/lists/list-line.ts'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'
import { NOT_SEALED } from '../../../rules/sealed/sealed-index.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { feedOf, indexOf } from '../../support/sealed-names.ts'
import { wireName } from '../../support/wire-name.ts'

const INDEX = indexOf([
  feedOf(['sealed.example', 'mixed.example/a/b', 'query.example/x?id=7', '192.0.2.7']),
  feedOf(['other.example', '0.0.0.0 one.example', '2001:db8::7', 'sealed.example'], {
    id: 'other',
    category: 'illegal.other',
  }),
])

const NAMES: readonly [says: string, host: string, feed: number][] = [
  ['the name itself', 'sealed.example', 0],
  ['any name below it', 'a.b.sealed.example', 0],
  ['the name in capitals, with the root dot', 'SeaLed.EXAMPLE.', 0],
  ['not a name that ends alike', 'unsealed.example', NOT_SEALED],
  ['not its parent', 'example', NOT_SEALED],
  ['one host alone', 'one.example', 1],
  ['not what is below one host', 'www.one.example', NOT_SEALED],
  ['an IPv4 address', '192.0.2.7', 0],
  ['an IPv6 address in brackets', '[2001:DB8::7]', 1],
  ['not another address', '192.0.2.8', NOT_SEALED],
  ['not a host of which only a URL is sealed', 'mixed.example', NOT_SEALED],
  ['nothing for what is no host', 'not a host', NOT_SEALED],
]

test.each(NAMES)('seals %s', (_says, host, feed) => {
  expect(INDEX.findHost(host)).toBe(feed)
  expect(INDEX.findUrl(host, '/elsewhere')).toBe(feed)
  if (!/[[\s]|^[\d.]+$/.test(host))
    expect(INDEX.findWire(wireName(host.replace(/\.$/, '')), 0)).toBe(feed)
})

const URLS: readonly [says: string, host: string, path: string, feed: number][] = [
  ['the URL itself', 'mixed.example', '/a/b', 0],
  ['what is below it', 'mixed.example', '/a/b/c?d', 0],
  ['the URL in another spelling', 'MIXED.example', '//a/%62/', 0],
  ['the URL with a detour', 'mixed.example', '/x/../a/./b', 0],
  ['not the page beside it', 'mixed.example', '/a/c', NOT_SEALED],
  ['not a page that begins alike', 'mixed.example', '/a/bc', NOT_SEALED],
  ['not the folder above', 'mixed.example', '/a/', NOT_SEALED],
  ['not the same path on a host below', 'www.mixed.example', '/a/b', NOT_SEALED],
  ['a URL with its query', 'query.example', '/x?id=7&y=1', 0],
  ['not another query', 'query.example', '/x?id=8', NOT_SEALED],
  ['any path of a sealed host', 'sealed.example', '/what/ever', 0],
]

test.each(URLS)('seals %s', (_says, host, path, feed) => {
  expect(INDEX.findUrl(host, path)).toBe(feed)
})

test('of two feeds the first is named, whichever holds the longer name', () => {
  const [one, two] = [feedOf(['a.b.example']), feedOf(['b.example'])]
  expect(indexOf([one, two]).findHost('a.b.example')).toBe(0)
  expect(indexOf([two, one]).findHost('a.b.example')).toBe(0)
})

const host = fc
  .array(fc.constantFrom('a', 'b', 'www', 'x-y'), { minLength: 1, maxLength: 4 })
  .map((labels) => [...labels, 'test'].join('.'))
const path = fc
  .array(fc.constantFrom('/', 'p', 'q', '?', ';', '&', '%2e', '..', '='), { maxLength: 7 })
  .map((parts) => `/${parts.join('')}`)
const line = fc.oneof(
  host,
  host.map((name) => `0.0.0.0 ${name}`),
  fc.tuple(host, path).map(([name, rest]) => `${name}${rest}`),
)

function plainList(lines: readonly string[]): ListImage {
  const builder = new ImageBuilder({ seed: [1, 2], builtAt: '' })
  const list = builder.addList({ id: '', name: '', category: '', source: '', version: '' })
  for (const text of lines) {
    const parsed = parseListLine(text, 'subtree')
    if (parsed.kind === 'url') builder.addUrl(list, parsed.host, parsed.path)
    if (parsed.kind === 'hosts')
      for (const name of parsed.hosts) builder.addHost(list, parsed.scope, name)
  }
  const built = builder.finish()
  const image = 'problem' in built ? built : ListImage.open(built)
  if ('problem' in image) throw new Error(image.problem)
  return image
}

test('keyed hashes seal exactly what a plain list of the same lines holds', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), host, path, (lines, name, rest) => {
      const index = indexOf([feedOf(lines)])
      const image = plainList(lines)
      const hashes = new SuffixHashes(image.seed)
      hashes.readHost(name)
      const isListed = image.find(hashes) !== 0
      expect(index.findHost(name) !== NOT_SEALED).toBe(isListed)
      expect(index.findWire(wireName(name), 0) !== NOT_SEALED).toBe(isListed)
      expect(index.findUrl(name, rest) !== NOT_SEALED).toBe(image.findUrl(hashes, rest) !== 0)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('a label with a dot in it, or any other octet, is no sealed name and no fault', () => {
  const dotted = Buffer.from('\x0esealed.example\x00', 'latin1')
  expect(INDEX.findWire(dotted, 0)).toBe(NOT_SEALED)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      INDEX.findWire(bytes, 0)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('a name that is not sealed costs no memory', () => {
  const bytes = wireName('www.innocent.co.uk')
  expectAllocatesAtMost(1, 200_000, () => {
    INDEX.findWire(bytes, 0)
    INDEX.findHost('www.innocent.co.uk')
  })
})
