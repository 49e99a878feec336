import { expect, test } from 'vitest'
import { isCanonicalHost, readListFolder, type ListFile } from './example-lists.ts'
import { CATEGORIES } from '../../rules/taxonomy/taxonomy.ts'

const fixtures = readListFolder('lists/fixtures')
const sealed = readListFolder('lists/sealed')

test('the fixtures are one file for every category that is not SEALED', () => {
  expect(idsOf(fixtures)).toEqual(idsWhere((lock) => lock !== 'SEALED'))
})

test('the sealed folder is one file for every SEALED category, and says that nothing in it is real', () => {
  expect(idsOf(sealed)).toEqual(idsWhere((lock) => lock === 'SEALED'))
  const silent = sealed.filter((file) => !file.comments.join('\n').includes('NOT LICENSED'))
  expect(silent).toEqual([])
})

test.each(CATEGORIES)('$id has its own name under cat.test', ({ id }) => {
  const file = [...fixtures, ...sealed].find((candidate) => candidate.id === id)
  const expected = `${id.replaceAll(/[._]/g, '-')}.cat.test`
  const extra = id === 'illegal.csam' ? ['mixed-host.cat.test/sealed/'] : []
  expect(file?.entries).toEqual([expected, ...extra])
  expect(isCanonicalHost(expected)).toBe(true)
})

test('each of the 85 fixture names is in exactly one category', () => {
  const entries = [...fixtures, ...sealed].flatMap((file) => file.entries)
  expect(entries).toHaveLength(CATEGORIES.length + 1)
  expect(new Set(entries).size).toBe(entries.length)
})

test('no fixture holds for another one: none is below another, and none is all of cat.test', () => {
  const hosts = [...fixtures, ...sealed].flatMap((file) => file.entries)
  const wrong = hosts.filter((host) => host.split('/')[0]?.split('.').length !== 3)
  expect(wrong).toEqual([])
})

function idsOf(files: readonly ListFile[]): string[] {
  return files.map(({ id }) => id).sort()
}

function idsWhere(holds: (lock: string) => boolean): string[] {
  return CATEGORIES.filter(({ lock }) => holds(lock))
    .map(({ id }) => id)
    .sort()
}
