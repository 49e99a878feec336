import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { compileInWorker } from '../../../proxy/lists/compile-in-worker.ts'
import { compileLists, type CompileResult } from '../../../proxy/lists/compile-lists.ts'
import type { ListSource } from '../../../proxy/lists/list-source.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const builtAt = '2026-11-25T00:00:00Z'

function write(directory: string, name: string, content: string | Buffer): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

function opened({ image, problem }: CompileResult): ListImage {
  if (image === null) throw new Error(problem ?? 'no image')
  const found = ListImage.open(image)
  if ('problem' in found) throw new Error(found.problem)
  return found
}

function octetsOf({ image }: CompileResult): Buffer {
  return Buffer.from(new Uint8Array(image ?? new SharedArrayBuffer(0)))
}

function holdersOf(image: ListImage, host: string, path?: string): readonly string[] {
  return image.holders(host, path).map(({ list, entry, scope }) => `${list.id} ${scope} ${entry}`)
}

test('lists of all forms become one image', async () => {
  const directory = tempDirectory()
  const ut1 = join(directory, 'games')
  mkdirSync(ut1)
  write(ut1, 'domains', 'games.example\n192.0.2.7\n')
  write(ut1, 'urls.gz', gzipSync('games.example/play\nwhole.example\n'))
  write(ut1, 'expressions', 'not a host, not a line we read\n')
  const sources: ListSource[] = [
    { id: 'ut1', category: 'media.games', path: ut1, version: '2026-08-17' },
    {
      id: 'hosts',
      category: 'media.ads',
      path: write(directory, 'hosts', '# ads\r\n0.0.0.0 ads.example\r\n127.0.0.1 localhost\r\n'),
    },
    {
      id: 'exact',
      category: 'files.p2p',
      path: write(directory, 'exact.txt.gz', gzipSync('archive.example')),
      scope: 'host',
    },
    {
      id: 'rules',
      category: 'media.ads',
      path: write(directory, 'rules', '! x\n||ads.example^\n'),
    },
  ]
  const result = await compileLists(sources, { builtAt })
  expect(result.sources.map(({ problem, badLines }) => [problem, badLines])).toEqual(
    sources.map(() => [null, 0]),
  )
  const image = opened(result)
  expect(holdersOf(image, 'x.games.example', '/play')).toEqual(['ut1 subtree games.example'])
  expect(holdersOf(image, 'games.example', '/play/1')).toContain('ut1 url games.example/play')
  expect(holdersOf(image, 'whole.example')).toEqual(['ut1 host whole.example'])
  expect(holdersOf(image, 'x.whole.example')).toEqual([])
  expect(holdersOf(image, '192.0.2.7')).toEqual(['ut1 host 192.0.2.7'])
  expect(holdersOf(image, 'ads.example')).toEqual([
    'hosts host ads.example',
    'rules subtree ads.example',
  ])
  expect(holdersOf(image, 'x.archive.example')).toEqual([])
  expect(image.lists.map(({ version }) => version)).toEqual([
    '2026-08-17',
    expect.stringMatching(/^[0-9a-f]{12}$/),
    expect.stringMatching(/^[0-9a-f]{12}$/),
    expect.stringMatching(/^[0-9a-f]{12}$/),
  ])
  expect(image.lists.map(({ entries, urls }) => [entries, urls])).toEqual([
    [3, 1],
    [1, 0],
    [1, 0],
    [1, 0],
  ])
})

test('a bad line costs that line; all are counted, the first twenty are kept with their place', async () => {
  const bad = Array.from({ length: 30 }, (_, n) => `bad..line${n}`).join('\n')
  const path = write(tempDirectory(), 'list.txt', `good.example\n${bad}\nlast.example`)
  const { sources } = await compileLists([{ id: 'a', category: 'c', path }], { builtAt })
  const [report] = sources
  expect(report).toMatchObject({ entries: 2, lines: 32, badLines: 30, problem: null })
  expect(report?.lineProblems).toHaveLength(20)
  expect(report?.lineProblems[0]).toEqual({
    file: path,
    line: 2,
    message: 'not a host name: `bad..line0`',
  })
})

describe('a source that is no list is a problem of its own, and the others are compiled', () => {
  test('missing, empty, no UT1 list, cut short', async () => {
    const directory = tempDirectory()
    const whole = gzipSync(Array.from({ length: 5000 }, (_, n) => `n${n}.example`).join('\n'))
    const paths = [
      join(directory, 'missing'),
      write(directory, 'empty', '# nothing\n'),
      directory,
      write(directory, 'cut.gz', whole.subarray(0, whole.length / 2)),
      write(directory, 'good', 'good.example'),
    ]
    const sources = paths.map((path, at) => ({ id: `list-${at}`, category: 'c', path }))
    const result = await compileLists(sources, { builtAt })
    expect(result.sources.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('ENOENT'),
      `\`${paths[1]}\` holds no entries`,
      `\`${directory}\` holds neither \`domains\` nor \`urls\``,
      `cannot read \`${paths[3]}\`: unexpected end of file`,
      null,
    ])
    expect(holdersOf(opened(result), 'good.example')).toEqual(['list-4 subtree good.example'])
  })
})

test('octets that are no text cost their lines and nothing else', async () => {
  const noise = Buffer.from(Array.from({ length: 40_000 }, (_, n) => (n * n * 7 + (n >> 3)) & 0xff))
  const path = write(
    tempDirectory(),
    'noise',
    Buffer.concat([noise, Buffer.from('\ngood.example\n')]),
  )
  const { sources } = await compileLists([{ id: 'a', category: 'c', path }], { builtAt })
  expect(sources[0]?.problem).toBeNull()
  expect(sources[0]?.badLines).toBeGreaterThan(10)
})

test('a worker makes the same image and says how far it is', async () => {
  const path = write(tempDirectory(), 'list.txt', 'a.example\nb.example\n')
  const source = { id: 'a', category: 'c', path }
  const steps: string[] = []
  const options = {
    builtAt,
    seed: [1, 2] as const,
    onProgress: (done: number, total: number) => steps.push(`${done}/${total}`),
  }
  const beside = await compileInWorker([source], options)
  expect(steps).toEqual(['20/20'])
  const here = await compileLists([source], options)
  expect(octetsOf(beside)).toEqual(octetsOf(here))
  expect(beside.sources).toEqual(here.sources)
})

test('a worker that dies is a result without an image', async () => {
  const impossible = null as unknown as readonly ListSource[]
  const result = await compileInWorker(impossible, { builtAt })
  expect(result).toMatchObject({ image: null, sources: [] })
  expect(result.problem).toMatch(/^the list compiler stopped: /)
})

test('seeds differ from one compilation to the next', async () => {
  const path = write(tempDirectory(), 'list.txt', 'a.example')
  const source = { id: 'a', category: 'c', path }
  const [one, two] = [
    await compileLists([source], { builtAt }),
    await compileLists([source], { builtAt }),
  ]
  expect(opened(one).seed).not.toEqual(opened(two).seed)
})

const ZONE = `$TTL 300
$ORIGIN rpz.example.
@ SOA ns. host. ( 7 3600 600 86400 60 )
  NS ns.
bad.example CNAME .
*.bad.example CNAME .
good.bad.example CNAME rpz-passthru.
24.0.2.0.192.rpz-ip CNAME .
www.search.example CNAME safe.search.example.
client.rpz-client-ip CNAME .
`

test.each(['threats.rpz', 'threats.txt'])('a response policy zone is a list: %s', async (name) => {
  const path = write(tempDirectory(), name, ZONE)
  const format = name.endsWith('.txt') ? ('rpz' as const) : undefined
  const source = { id: 'threats', category: 'sec.malware', path, ...(format && { format }) }
  const result = await compileInWorker([source], { builtAt })
  expect(result.sources[0]).toMatchObject({
    ...{ entries: 2, exceptions: 1, badLines: 0, problem: null },
    ignored: { rewrite: 1, trigger: 1 },
  })
  const image = opened(result)
  expect(holdersOf(image, 'bad.example')).toEqual(['threats host bad.example'])
  expect(holdersOf(image, 'a.bad.example')).toEqual(['threats below bad.example'])
  expect(holdersOf(image, 'good.bad.example')).toEqual(['threats except_host good.bad.example'])
  expect(holdersOf(image, '192.0.2.99')).toEqual(['threats host 192.0.2.99'])
})

test('rules of a browser list that a gate cannot follow are counted by reason', async () => {
  const lines = [
    ...['[Adblock Plus 2.0]', '! Title: ads', '||ads.example^', '@@||good.ads.example^'],
    ...[
      '||shop.example^$third-party',
      'a.example##.banner',
      '##.ad',
      '/banner/*',
      '@@||a.example/x',
    ],
    ...['/^ad[0-9]+\\./', '/(?=x)/'],
  ]
  const path = write(tempDirectory(), 'ads.txt', lines.join('\n'))
  const result = await compileLists([{ id: 'ads', category: 'media.ads', path }], { builtAt })
  expect(result.sources[0]).toMatchObject({
    ...{ entries: 2, exceptions: 1, badLines: 1 },
    ignored: { options: 1, cosmetic: 2, url_pattern: 1, path_exception: 1 },
  })
  expect(holdersOf(opened(result), 'ad7.example')).toEqual(['ads host /^ad[0-9]+\\./'])
})
