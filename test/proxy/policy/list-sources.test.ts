import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { listSources } from '../../../proxy/policy/list-sources.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import type { ListPolicy, Policy } from '../../../rules/policy/policy.ts'
import { SCHOOL_FILES, schoolFolder } from '../../support/school-folder.ts'

function policyWith(lists: readonly ListPolicy[]): Policy {
  const parsed = parsePolicy(SCHOOL_FILES['policy.yaml'] ?? '', 'policy.yaml')
  if (!parsed.ok) throw new Error('the small school is broken')
  return { ...parsed.policy, lists }
}

const folder = (id: string, version: string | null = null): ListPolicy => ({
  kind: 'folder',
  id,
  folder: `lists/${id}`,
  version,
})

test('a folder is one list for each file that is named for a category', () => {
  const { config, directory, path, write } = schoolFolder()
  write('lists/starter/media.press.txt.gz', '')
  write('lists/starter/media.chess.txt', 'chess.example\n')
  write('lists/starter/media.games.bak', 'games.example\n')
  const { sources, missing } = listSources(
    policyWith([folder('starter', 'v2')]),
    config(),
    directory,
  )
  expect(missing).toEqual([])
  expect(sources).toEqual(
    ['media.games.txt', 'media.press.txt.gz', 'money.gambling.txt', 'support.wellbeing.txt'].map(
      (file) => {
        const category = file.replace(/\.txt.*/, '')
        const at = path(`lists/starter/${file}`)
        return { id: 'starter', name: `starter/${category}`, category, path: at, version: 'v2' }
      },
    ),
  )
})

test('a file is its own list; without a version its content is one', () => {
  const { config, directory, path } = schoolFolder()
  const file = 'lists/starter/media.games.txt'
  const list = {
    kind: 'file',
    id: 'mine',
    path: file,
    category: 'media.press',
    version: null,
  } as const
  const { sources } = listSources(policyWith([list]), config(), directory)
  expect(sources).toEqual([
    { id: 'mine', name: 'mine/media.press', category: 'media.press', path: path(file) },
  ])
  const zone = { ...list, format: 'rpz' } as const
  expect(listSources(policyWith([zone]), config(), directory).sources).toEqual([
    { ...sources[0], format: 'rpz' },
  ])
})

test("the order is the policy's, then what the configuration adds", () => {
  const { config, directory, path } = schoolFolder()
  const extra = 'lists.extra=[{"category":"sec.malware","file":"lists/starter/media.games.txt"}]'
  const policy = policyWith([folder('starter'), folder('sealed')])
  const { sources } = listSources(policy, config(extra), directory)
  expect(sources.map(({ id, category }) => `${id} ${category}`)).toEqual([
    'starter media.games',
    'starter money.gambling',
    'starter support.wellbeing',
    'sealed illegal.other',
    'extra.1 sec.malware',
  ])
  expect(sources.at(-1)?.path).toBe(path('lists/starter/media.games.txt'))
})

test('what is not there is said, and the others go on', () => {
  const { config, directory, path, write } = schoolFolder()
  write('lists/empty/README.md', 'nothing yet\n')
  write('lists/file', '')
  rmSync(path('lists/sealed/illegal.other.txt'))
  const gone = {
    kind: 'file',
    id: 'gone',
    path: 'gone.txt',
    category: 'media.press',
    version: null,
  } as const
  const { sources, missing } = listSources(
    policyWith([
      folder('absent'),
      folder('empty'),
      folder('file'),
      folder('sealed'),
      gone,
      folder('starter'),
    ]),
    config('lists.extra=[{"category":"sec.malware","file":"absent.txt"}]'),
    directory,
  )
  expect(sources).toHaveLength(3)
  expect(missing.map((sentence) => sentence.replaceAll(directory, ''))).toEqual([
    'list `absent`: no folder `/lists/absent`',
    'list `empty`: no `<category>.txt` in `/lists/empty`',
    'list `file`: no folder `/lists/file`',
    'list `sealed`: no `<category>.txt` in `/lists/sealed`',
    'list `gone`: no file `/gone.txt`',
    'list `extra.1`: no file `/absent.txt`',
  ])
})
