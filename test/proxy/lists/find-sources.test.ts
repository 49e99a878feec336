import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findSources } from '../../../proxy/lists/find-sources.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

function ut1List(directory: string, name: string): void {
  mkdirSync(join(directory, name))
  writeFileSync(join(directory, name, 'domains'), 'a.example\n')
}

test('a UT1 tree: names give categories, some several, and what is not imported is said', async () => {
  const directory = tempDirectory()
  for (const name of ['agressif', 'games', 'strong_redirector', 'unheard_of'])
    ut1List(directory, name)
  symlinkSync('games', join(directory, 'jeux'))
  writeFileSync(join(directory, 'global_usage'), 'prose')
  const { sources, skipped } = await findSources(directory, new Map())
  expect(sources.map(({ id, category }) => `${id} ${category}`)).toEqual([
    'agressif harm.violence',
    'agressif harm.discrimination',
    'agressif harm.hate',
    'games media.games',
  ])
  expect(skipped).toEqual([
    { path: join(directory, 'strong_redirector'), reason: 'same, term based' },
    { path: join(directory, 'unheard_of'), reason: 'no category is named for this list' },
  ])
})

test('a folder of files, named for categories or mapped; the map is heard first', async () => {
  const directory = tempDirectory()
  for (const name of ['sec.malware.txt', 'ours.txt.gz', 'games.txt', 'NOTE.md']) {
    writeFileSync(join(directory, name), 'a.example\n')
  }
  // Beside flat files, as in shared/data/ut1, such a folder is no UT1 list.
  mkdirSync(join(directory, 'urls'))
  const map = new Map([
    ['ours', 'adult.dating'],
    ['games', 'media.comics'],
  ])
  const { sources, skipped } = await findSources(directory, map)
  expect(sources.map(({ id, category }) => `${id} ${category}`)).toEqual([
    'games media.comics',
    'ours adult.dating',
    'sec.malware sec.malware',
  ])
  expect(skipped).toEqual([])
})

test('one file, and one UT1 list', async () => {
  const directory = tempDirectory()
  ut1List(directory, 'dating')
  const file = join(directory, 'media.press.txt')
  writeFileSync(file, 'a.example\n')
  const list = join(directory, 'dating')
  expect((await findSources(file, new Map())).sources).toEqual([
    { id: 'media.press', category: 'media.press', path: file },
  ])
  expect((await findSources(list, new Map())).sources).toEqual([
    { id: 'dating', category: 'adult.dating', path: list },
  ])
})

test('a path that is not there rejects', async () => {
  await expect(findSources('/nowhere/at/all', new Map())).rejects.toThrow('ENOENT')
})
