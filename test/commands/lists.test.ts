import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { lists, type ResolveImage } from '../../commands/lists.ts'
import { loadImage } from '../../proxy/lists/image-file.ts'
import { tempDirectory } from '../support/temp-directory.ts'

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

const noConfig: ResolveImage = (file) => Promise.resolve({ problem: `no gate at \`${file}\`` })

async function run(args: readonly string[], resolveImage = noConfig): Promise<Run> {
  const written = { out: '', err: '' }
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.out += String(text)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.err += String(text)
    return true
  })
  const code = await lists(args, resolveImage)
  vi.restoreAllMocks()
  return { code, ...written }
}

afterEach(() => {
  vi.restoreAllMocks()
})

/** A UT1 tree with one good list, one bad line and one list that nobody takes. */
function ut1Tree(directory: string): string {
  const tree = join(directory, 'blacklists')
  for (const [name, lines] of [
    ['games', 'games.example\nbad..line\n'],
    ['examen_pix', 'pix.example\n'],
  ] as const) {
    mkdirSync(join(tree, name), { recursive: true })
    writeFileSync(join(tree, name, 'domains'), lines)
  }
  writeFileSync(join(tree, 'games', 'urls'), 'mixed.example/play\n')
  return tree
}

describe('compile, stat and lookup of a UT1 tree', () => {
  test('each says what it did', async () => {
    const directory = tempDirectory()
    const image = join(directory, 'lists.image')
    const tree = ut1Tree(directory)

    const compiled = await run(['compile', '--out', image, tree])
    expect(compiled.code, compiled.err).toBe(0)
    expect(compiled.out).toMatch(/: 1 list, 2 entries, 0\.0 MB, \d\.\d\d s\n$/)
    expect(compiled.err).toContain(
      `${join(tree, 'games', 'domains')}:2: not a host name: \`bad..line\``,
    )
    expect(compiled.err).toContain(`skipped \`${join(tree, 'examen_pix')}\`: UT1: DO NOT USE`)
    // Not a terminal: no bar in a log.
    expect(compiled.err).not.toContain('\r')

    const stat = await run(['stat', image])
    expect(stat.code).toBe(0)
    expect(stat.out).toContain('2 names in 1 list, ')
    expect(stat.out).toMatch(/^games +media\.games +1 +1 {2}[0-9a-f]{12}$/m)

    const found = await run(['lookup', 'www.GAMES.example', '--image', image])
    expect(found.code).toBe(0)
    expect(found.out).toMatch(
      /^games\.example and all below: list `games`, media\.games, version [0-9a-f]{12}\n$/,
    )
    const url = await run(['lookup', 'http://mixed.example/play/x', '--image', image])
    expect(url.out).toContain('mixed.example/play and all below: list `games`')
    const absent = await run(['lookup', 'press.example', '--image', image])
    expect(absent).toEqual({ code: 1, out: 'no list holds `press.example`\n', err: '' })
  })

  test('what a sealed list holds is shown to nobody', async () => {
    const directory = tempDirectory()
    const image = join(directory, 'lists.image')
    const list = join(directory, 'illegal.other.txt')
    writeFileSync(list, 'sealed-name.example\n')
    expect((await run(['compile', '--out', image, list])).code).toBe(0)
    const hit = await run(['lookup', 'sealed-name.example', '--image', image])
    expect(hit).toEqual({ code: 1, out: 'no list holds `sealed-name.example`\n', err: '' })
    writeFileSync(list, 'sealed-name.example\nbad secret..line\n')
    const { err } = await run(['compile', '--out', image, list])
    expect(err).toContain(':2: not understood')
    expect(err).not.toContain('secret')
  })

  test('lookup by config asks the gate for its image', async () => {
    const directory = tempDirectory()
    const image = join(directory, 'lists.image')
    await run(['compile', '--out', image, ut1Tree(directory)])
    const resolve: ResolveImage = (file) => loadImage(file === 'gate.yaml' ? image : file)
    const found = await run(['lookup', 'games.example', '--config', 'gate.yaml'], resolve)
    expect(found.code).toBe(0)
    const none = await run(['lookup', 'games.example', '--config', 'gate.yaml'])
    expect(none).toEqual({ code: 1, out: '', err: 'schoolgate: no gate at `gate.yaml`\n' })
  })
})

describe('services', () => {
  test('are listed, and one of them with its hosts', async () => {
    const all = await run(['services'])
    expect(all.code).toBe(0)
    expect(all.out).toMatch(/^youtube +media\.video_audio +\d+ hosts +YouTube$/m)
    const one = await run(['services', 'whatsapp'])
    expect(one.out).toMatch(/^WhatsApp \(comms\.chat\)\nwhatsapp\.com and all below\n/)
  })

  test('a misspelt one has a suggestion', async () => {
    expect(await run(['services', 'youtbue'])).toEqual({
      code: 1,
      out: '',
      err: 'schoolgate: no service `youtbue`; did you mean `youtube`?\n',
    })
  })

  test('are named by lookup, whether or not a list holds the host', async () => {
    const directory = tempDirectory()
    const image = join(directory, 'lists.image')
    await run(['compile', '--out', image, ut1Tree(directory)])
    const found = await run(['lookup', 'r1.googlevideo.com', '--image', image])
    expect(found).toEqual({
      code: 1,
      out: 'part of service `youtube`, YouTube\nno list holds `r1.googlevideo.com`\n',
      err: '',
    })
  })
})

test('a map names the categories of a folder of files', async () => {
  const directory = tempDirectory()
  writeFileSync(join(directory, 'ours.txt'), 'a.example\n')
  const map = join(directory, 'map.yaml')
  const args = ['compile', '--out', join(directory, 'image'), '--map', map, directory]
  writeFileSync(map, 'ours: adult.dating\n')
  expect((await run(args)).code).toBe(0)
  writeFileSync(map, 'ours: adult.dancing\n')
  const wrong = await run(args)
  expect([wrong.code, wrong.err]).toEqual([
    2,
    expect.stringContaining(`${map}: \`ours\`: no category \`adult.dancing\` in the taxonomy`),
  ])
})

test('an image is not replaced by one that lacks a list', async () => {
  const directory = tempDirectory()
  writeFileSync(join(directory, 'media.games.txt'), '# nothing yet\n')
  const image = join(directory, 'image')
  const { code, err } = await run(['compile', '--out', image, directory])
  expect(code).toBe(1)
  expect(err).toContain(`\`${image}\` not written: 1 list missing or empty`)
  expect(existsSync(image)).toBe(false)
})

test.each([
  ['no command', []],
  ['an unknown command', ['burn']],
  ['an unknown option', ['stat', '--loud', 'x']],
  ['compile without lists', ['compile', '--out', 'x']],
  ['compile without --out', ['compile', 'x']],
  ['compile of nothing', ['compile', '--out', 'x', '/nowhere/at/all']],
  ['compile with a map that is not there', ['compile', '--out', 'x', '--map', '/nowhere', '.']],
  ['stat of nothing', ['stat']],
  ['lookup without an image', ['lookup', 'a.example']],
  ['lookup with two', ['lookup', 'a.example', '--image', 'x', '--config', 'y']],
  ['lookup of no name', ['lookup', 'a..b', '--image', 'x']],
])('wrong use: %s', async (_how, args) => {
  const { code, out, err } = await run(args)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain('usage: schoolgate lists compile')
})

test('a file that is no image is refused in words', async () => {
  const file = join(tempDirectory(), 'image')
  writeFileSync(file, 'hello')
  expect(await run(['stat', file])).toEqual({
    code: 1,
    out: '',
    err: 'schoolgate: not a list image: too short or cut off\n',
  })
})
