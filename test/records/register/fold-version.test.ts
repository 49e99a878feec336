import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { foldVersion, hashOfSources } from '../../../records/register/fold-version.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const SOURCES = {
  'root.ts': `import { z } from 'zod'\nimport { a,\n  b } from './parts/a.ts'\nimport type { T } from './types.ts'\n`,
  'parts/a.ts': `import './side.ts'\nexport { b } from '../b.ts'\nexport const a = 1\n`,
  'parts/side.ts': `import { a } from './a.ts'\n`,
  'b.ts': `export const b = 2\n`,
  'types.ts': `export type T = string\n`,
  'other.ts': `export const other = 3\n`,
}

function write(change: Partial<Record<keyof typeof SOURCES, string>> = {}): string {
  const directory = tempDirectory()
  mkdirSync(join(directory, 'parts'))
  for (const [name, text] of Object.entries({ ...SOURCES, ...change })) {
    writeFileSync(join(directory, name), text)
  }
  return hashOfSources(pathToFileURL(join(directory, 'root.ts')))
}

test('is of the sources, wherever they are installed', () => {
  expect(write()).toBe(write())
  expect(foldVersion()).toMatch(/^[0-9a-f]{64}$/)
})

test.each(['root.ts', 'parts/a.ts', 'parts/side.ts', 'b.ts'] as const)(
  'changes with %s, which runs when entries are read',
  (name) => {
    expect(write({ [name]: `${SOURCES[name]}// changed\n` })).not.toBe(write())
  },
)

test.each(['types.ts', 'other.ts'] as const)('does not change with %s, which does not', (name) => {
  expect(write({ [name]: `${SOURCES[name]}// changed\n` })).toBe(write())
})

test('follows the table of projections to each of them', () => {
  const text = readFileSync(
    new URL('../../../records/register/projections.ts', import.meta.url),
    'utf8',
  )
  // The table must name its files in a way that the reading of the sources finds.
  expect(text).toMatch(/^import .* from '\.\/projections\/devices\.ts'$/m)
})
