import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText, sourceFiles, topFolders } from './source-tree.ts'
import type { SourceFile } from './source-tree.ts'

const FOLDERS = ['rules/', 'records/', 'proxy/', 'dashboard/server/', 'agent/', 'commands/']

/**
 * Files without a test of their own, reached through the test of what they are a part of. Shrinks,
 * never grows: a file leaves this list when its test arrives.
 */
const UNTESTED: ReadonlySet<string> = new Set([
  'proxy/gate.ts',
  'proxy/http/authority.ts',
  'proxy/http/client-connection.ts',
  'proxy/http/dial.ts',
  'proxy/http/failure-pages.ts',
  'proxy/http/field-section.ts',
  'proxy/http/http-listener.ts',
  'proxy/http/page-bytes.ts',
  'proxy/http/page-service.ts',
  'proxy/http/refusals.ts',
  'proxy/http/request-counts.ts',
  'proxy/lists/compile-worker.ts',
  'proxy/lists/list-source.ts',
  'proxy/lists/read-list-file.ts',
  'proxy/pages/gate-pages.ts',
  'proxy/pages/page-frame.ts',
  'proxy/pages/page.ts',
  'proxy/pages/warn-page.ts',
  'proxy/thread.ts',
  'commands/start.ts',
])

const ROOT = join(import.meta.dirname, '..', '..')

const sources = FOLDERS.flatMap(sourceFiles)
  .filter(({ hasCode }) => hasCode)
  .map(({ path }) => path)
const tests = sourceFiles('test/').filter(({ path }) => path.endsWith('.test.ts'))
const takenByTests = new Set(tests.flatMap(loadedBy))

test('every source file has its test at the same path under test/, or a test that takes it in hand', () => {
  const missing = sources.filter((path) => !hasTest(path) && !UNTESTED.has(path))
  expect(missing).toEqual([])
})

test('the list of files without a test names only files that are there and have none', () => {
  const settled = [...UNTESTED].filter((path) => !sources.includes(path) || hasTest(path))
  expect(settled).toEqual([])
})

test('every top-level folder says in a README what it is for', () => {
  const silent = topFolders().filter(
    (folder) => (readText(`${folder}/README.md`) ?? '').length < 200,
  )
  expect(silent).toEqual([])
})

function hasTest(path: string): boolean {
  const own = `test/${path.replace(/\.ts$/, '.test.ts')}`
  return takenByTests.has(path) || existsSync(join(ROOT, own))
}

function loadedBy({ imports }: SourceFile): readonly string[] {
  return imports.filter(({ typeOnly }) => !typeOnly).map(({ target }) => target)
}
