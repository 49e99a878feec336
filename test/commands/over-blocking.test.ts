import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lists } from '../../commands/lists.ts'
import { captured, type Ran } from '../support/captured-output.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'
import { writeTally } from '../support/tally-of.ts'
import { tempDirectory } from '../support/temp-directory.ts'

const noConfig = () => Promise.resolve({ problem: 'no config' })

function run(...args: string[]): Promise<Ran> {
  return captured(() => lists(args, noConfig))
}

/** A fresh folder with lists of these categories, and where its image goes. */
function listsOf(files: Readonly<Record<string, string>>): { directory: string; out: string } {
  const directory = tempDirectory()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return { directory, out: join(tempDirectory(), 'image') }
}

test('a compile warns of a list that would close a must-allow site, and writes the image', async () => {
  const { directory, out } = listsOf({ 'media.games.txt': 'games.example\nbrook.org.uk\n' })
  const { code, err } = await run('compile', '--out', out, directory)
  expect(code).toBe(0)
  expect(err).toContain(
    'warning: `brook.org.uk` must be open, and is in media.games (media.games): closed for primary, secondary, sixth, staff, visitor\n',
  )
})

test('lists that close none of them warn of nothing', async () => {
  const { directory, out } = listsOf({ 'media.games.txt': 'games.example\n' })
  expect((await run('compile', '--out', out, directory)).err).toBe('')
})

test('a corpus of one’s own, and popular sites, are warned of where they are given', async () => {
  const { directory, out } = listsOf({ 'money.gambling.txt': 'a.example\nb.example\n' })
  const own = join(tempDirectory(), 'own.txt')
  const popular = join(tempDirectory(), 'popular.txt')
  writeFileSync(own, 'a.example\n')
  writeFileSync(popular, 'other.example\nb.example\n')
  const args = ['--must-allow', own, '--popular', popular, directory]
  const { err } = await run('compile', '--out', out, ...args)
  expect(err.split('\n')).toEqual([
    expect.stringMatching(/^warning: `a\.example` must be open/),
    expect.stringMatching(/^warning: `b\.example` is among the most popular/),
    '',
  ])
})

test('eight are shown of each kind, the rest is counted', async () => {
  const hosts = Array.from({ length: 11 }, (_, index) => `s${index}.example\n`).join('')
  const { directory, out } = listsOf({ 'money.gambling.txt': hosts })
  const own = join(tempDirectory(), 'own.txt')
  writeFileSync(own, hosts)
  const { err } = await run('compile', '--out', out, '--must-allow', own, directory)
  expect(err.trim().split('\n')).toHaveLength(9)
  expect(err).toContain('warning: 3 more of what must be open would be closed')
})

test('a corpus that can’t be read is said, and nothing is written', async () => {
  const { directory, out } = listsOf({ 'media.games.txt': 'games.example\n' })
  const { code, err } = await run('compile', '--out', out, '--must-allow', '/nowhere', directory)
  expect(code).toBe(2)
  expect(err).toContain('cannot read `/nowhere`')
})

const PUPILS = '  pupils: { start_from: secondary }\n'
const POLICY = SCHOOL_FILES['policy.yaml']?.replace('profiles:\n', `profiles:\n${PUPILS}`) ?? ''

function overBlocking({ out }: Ran): readonly string[] {
  const lines = out.trim().split('\n')
  return lines.slice(lines.findIndex((line) => line.startsWith('over-blocking')))
}

test('stat of a school says what it closes of popular sites, and that more than 2 % breaks a promise', async () => {
  const folder = schoolFolder({
    'policy.yaml': POLICY,
    'gate.yaml': `${SCHOOL_FILES['gate.yaml'] ?? ''}lists: { popular: popular.txt, mustAllow: must.txt }\n`,
    'popular.txt': `${Array.from({ length: 97 }, (_, i) => `p${i}.example\n`).join('')}games.example\nbets.example\nwww.games.example\n`,
    'must.txt': 'childline.org.uk\ngames.example\n',
  })
  const ran = await run('stat', '--config', folder.path('gate.yaml'))
  expect(ran.code).toBe(1)
  expect(overBlocking(ran)).toEqual([
    `over-blocking: of 100 sites of \`${folder.path('popular.txt')}\`, closed or warned of:`,
    expect.stringMatching(
      /^ {2}pupils +3\.00 % {2}3 blocked, 0 warned of; promise of 2\.00 % BROKEN; 97\.00 % more/,
    ),
    '      2 by media.games (starter): games.example, www.games.example',
    '      1 by money.gambling (starter): bets.example',
    expect.stringMatching(/^ {2}staff +3\.00 % .* BROKEN; 0\.00 % more are in no category$/),
    '      2 by media.games (starter): games.example, www.games.example',
    '      1 by money.gambling (starter): bets.example',
    'must-allow: 4 answers are not open:',
    '  games.example as pupils: block (category.media.games, starter)',
    '  www.games.example as pupils: block (category.media.games, starter)',
    '  games.example as staff: block (category.media.games, starter)',
    '  www.games.example as staff: block (category.media.games, starter)',
  ])
})

test('without a file it is the school’s own traffic that is measured, as far as staff may open it', async () => {
  const folder = schoolFolder({
    'policy.yaml': POLICY,
    'must.txt': 'childline.org.uk\n',
  })
  writeTally(folder.path('records'), [
    ['poems.example', 'pupils', 9, 9],
    ['games.example', 'pupils', 30, 30],
  ])
  const must = ['--must-allow', folder.path('must.txt')]
  const ran = await run('stat', '--config', folder.path('gate.yaml'), ...must)
  expect(ran.code).toBe(0)
  expect(overBlocking(ran)).toEqual([
    'over-blocking: of 1 sites that this school asked for in 48 h and staff may open, closed or warned of:',
    expect.stringMatching(/^ {2}pupils +0\.00 % .* kept; 100\.00 % more are in no category$/),
    expect.stringMatching(/^ {2}staff +0\.00 % .* kept; 0\.00 % more are in no category$/),
    'must-allow: all 1 sites are open in every profile but those for primary pupils',
  ])
})

test('a gate that has not run, and no file: nothing is measured, and nothing is broken', async () => {
  const folder = schoolFolder({ 'must.txt': 'childline.org.uk\n' })
  const must = ['--must-allow', folder.path('must.txt')]
  const ran = await run('stat', '--config', folder.path('gate.yaml'), ...must)
  expect(ran.code).toBe(0)
  expect(overBlocking(ran)[0]).toContain('not measured')
})

test.each([
  ['popular sites', '--popular'],
  ['a corpus', '--must-allow'],
])('stat with %s that can’t be read is wrong use', async (_says, option) => {
  const folder = schoolFolder()
  const ran = await run('stat', '--config', folder.path('gate.yaml'), option, '/nowhere')
  expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('cannot read `/nowhere`')])
})
