import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText, sourceFiles, topFolders } from './source-tree.ts'

const FOLDERS = ['rules/', 'records/', 'proxy/', 'dashboard/server/', 'agent/', 'commands/']

/** Shrinks, never grows: a file leaves this list when its test arrives. */
const UNTESTED: ReadonlySet<string> = new Set([])

const ROOT = join(import.meta.dirname, '..', '..')

const withCode = FOLDERS.flatMap(sourceFiles)
  .filter(({ hasCode }) => hasCode)
  .map(({ path }) => path)

test('every source file has its test at the same path under test/', () => {
  const missing = withCode
    .filter((path) => !UNTESTED.has(path))
    .map((path) => testOf(path))
    .filter((path) => !existsSync(join(ROOT, path)))
  expect(missing).toEqual([])
})

test('the list of untested files names only files that are there and have no test', () => {
  const settled = [...UNTESTED].filter(
    (path) => !withCode.includes(path) || existsSync(join(ROOT, testOf(path))),
  )
  expect(settled).toEqual([])
})

test('every top-level folder says in a README what it is for', () => {
  const silent = topFolders().filter(
    (folder) => (readText(`${folder}/README.md`) ?? '').length < 200,
  )
  expect(silent).toEqual([])
})

function testOf(path: string): string {
  return `test/${path.replace(/\.ts$/, '.test.ts')}`
}
