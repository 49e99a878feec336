import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FETCH_LIMITS, FetchRefused } from '../../../../proxy/lists/feeds/fetch-limits.ts'
import { unpackArchive } from '../../../../proxy/lists/feeds/unpack-archive.ts'
import { FUZZ_RUNS } from '../../../support/fuzz-runs.ts'
import { tarOf, type TarEntry } from '../../../support/tar-of.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

async function unpack(bytes: Uint8Array, limits = FETCH_LIMITS) {
  const directory = tempDirectory()
  const path = join(directory, 'archive')
  writeFileSync(path, bytes)
  const into = join(directory, 'out')
  await unpackArchive(path, into, limits)
  const found = readdirSync(into, { recursive: true, withFileTypes: true })
  const files = found.filter((each) => each.isFile())
  return Object.fromEntries(
    files.map(({ name, parentPath }) => {
      const file = join(parentPath, name)
      return [file.slice(into.length + 1), readFileSync(file, 'utf8')]
    }),
  )
}

const GAMES: TarEntry = { name: 'blacklists/games/domains', body: 'games.example\n' }

test('UT1’s layout is a folder a list, plain or gzip; prose, links and expressions are passed over', async () => {
  const tar = tarOf([
    { name: 'blacklists/', type: '5' },
    { name: 'blacklists/README', body: 'prose' },
    GAMES,
    { name: 'blacklists/games/urls', body: 'site.example/games\n' },
    { name: 'blacklists/games/expressions', body: '(a+)+$' },
    { name: 'blacklists/porn', type: '2' },
    { name: 'blacklists/dangerous/domains', type: '1' },
  ])
  const lists = { 'games/domains': 'games.example\n', 'games/urls': 'site.example/games\n' }
  expect(await unpack(tar)).toEqual(lists)
  expect(await unpack(gzipSync(tar))).toEqual(lists)
})

test('a name longer than a header holds comes as GNU or as pax writes it', async () => {
  const long = `${'x'.repeat(120)}/games/domains`
  const body = 'a.example\n'
  const gnu = [
    { name: '././@LongLink', type: 'L', body: `${long}\0` },
    { name: 'short', body },
  ]
  const record = `${long.length + 10} path=${long}\n`
  const pax = [
    { name: 'pax', type: 'x', body: record },
    { name: 'short', body },
  ]
  expect(await unpack(tarOf(gnu))).toEqual({ 'games/domains': body })
  expect(await unpack(tarOf(pax))).toEqual({ 'games/domains': body })
})

const SMALL = { ...FETCH_LIMITS, unpackedOctets: 100_000 }
const REFUSED: readonly [what: string, bytes: Uint8Array, why: RegExp][] = [
  ['a path upwards', tarOf([{ name: '../../games/domains', body: 'x' }]), /leads out/],
  ['a path upwards in the middle', tarOf([{ name: 'a/../../games/domains' }]), /leads out/],
  ['a path from the root', tarOf([{ name: '/etc/games/domains', body: 'x' }]), /leads out/],
  ['a list twice', tarOf([GAMES, GAMES]), /twice/],
  ['no list at all', tarOf([{ name: 'README', body: 'x' }]), /holds no/],
  ['nothing', Buffer.alloc(0), /cut short/],
  ['a web page', Buffer.from('<html>'.repeat(200)), /not an archive/],
  ['an archive without its end', tarOf([GAMES], { end: false }), /cut short/],
  ['an entry that is longer than the archive', tarOf([{ ...GAMES, size: 9999 }]), /cut short/],
  ['a size of 8 GiB', tarOf([{ ...GAMES, size: 8 ** 11 - 1 }]), /cut short/],
  ['half of a gzip', gzipSync(tarOf([GAMES])).subarray(0, 60), /not an archive/],
  ['a gzip bomb', gzipSync(Buffer.alloc(5_000_000)), /unpacks to more than 100000/],
  [
    'a bomb in a list',
    gzipSync(tarOf([{ ...GAMES, body: 'a'.repeat(200_000) }])),
    /more than 1000/,
  ],
  ['a name without end', tarOf([{ name: 'x', type: 'L', body: 'y'.repeat(9000) }]), /name without/],
]

test.each(REFUSED)(
  '%s is refused in words, and nothing is outside the folder',
  async (_what, bytes, why) => {
    const refusal = await unpack(bytes, SMALL).catch((cause: unknown) => cause)
    expect(refusal).toBeInstanceOf(FetchRefused)
    expect(String(refusal)).toMatch(why)
  },
)

test('whatever is done to an archive, it unpacks or is refused', async () => {
  const good = tarOf([GAMES, { name: 'blacklists/chat/domains', body: 'c.example\n'.repeat(90) }])
  const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(good.length), async (changes, length) => {
      const bytes = Buffer.from(good)
      for (const [at, octet] of changes) bytes[at] = octet
      const result = await unpack(bytes.subarray(0, length), SMALL).catch((cause: unknown) => cause)
      if (result instanceof Error) expect(result).toBeInstanceOf(FetchRefused)
      else
        for (const name of Object.keys(result as object))
          expect(name).toMatch(/^[^/]+\/(domains|urls)$/)
    }),
    { numRuns: Math.min(FUZZ_RUNS, 150) },
  )
})
