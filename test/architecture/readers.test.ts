import { expect, test } from 'vitest'
import { pathsUnder, readText, sourceFiles } from './source-tree.ts'
import type { Export, SourceFile } from './source-tree.ts'

const SHIPPED = ['rules/', 'records/', 'proxy/', 'commands/', 'dashboard/server/', 'agent/']

/** Nobody imports these: npm, the launcher or a person starts them. */
const ENTRIES: ReadonlySet<string> = new Set(['schoolgate.ts', 'agent/main.ts'])

const shipped = SHIPPED.flatMap(sourceFiles)
const readers = [...shipped, ...['./', 'bench/', 'test/'].flatMap(sourceFiles)]

const importedNames = new Map<string, Set<string>>()
for (const { target, names } of readers.flatMap(({ imports }) => imports)) {
  const known = importedNames.get(target) ?? new Set()
  for (const name of names) known.add(name)
  importedNames.set(target, known)
}

test('every file that ships is loaded by another one', () => {
  const loaded = new Set([...shipped, ...sourceFiles('./')].flatMap(targetsOf))
  const orphans = shipped
    .map(({ path }) => path)
    .filter((path) => !loaded.has(path) && !ENTRIES.has(path))
  expect(orphans).toEqual([])
})

test('every export has a reader: what nobody imports is not exported, or not written', () => {
  const dead = shipped.flatMap((file) =>
    file.exports.filter((one) => !isRead(file, one)).map(({ name }) => `${file.path}: ${name}`),
  )
  expect(dead).toEqual([])
})

test('every fixture and configuration file under test/, bench/ and deploy/ is named by somebody', () => {
  const texts = [
    ...readers.map(({ text }) => text),
    ...['deploy/', './'].flatMap(pathsUnder).map((path) => readText(path) ?? ''),
  ].join('\n')
  const isNamed = (path: string) => namesOf(path).some((name) => texts.includes(name))
  const unread = ['test/', 'bench/', 'deploy/']
    .flatMap(pathsUnder)
    .filter((path) => !/\.(?:m?ts|md)$/.test(path))
    .filter((path) => !isNamed(path))
  expect(unread).toEqual([])
})

/**
 * Ways to name a file: by its own name, by its ending where a set of fixtures is read (`.ndjson`), by
 * the folder that a container mounts.
 */
function namesOf(path: string): readonly string[] {
  const [name = '', ...folders] = path.split('/').toReversed()
  const mounted =
    path.startsWith('deploy/') && folders.length > 2 ? folders.toReversed().slice(0, 3) : []
  return [
    name,
    `'.${name.replace(/.*\./s, '')}'`,
    ...(mounted.length > 0 ? [mounted.join('/')] : []),
  ]
}

function targetsOf({ imports }: SourceFile): readonly string[] {
  return imports.map(({ target }) => target)
}

/** A type is also read where a signature of its own file shows it: callers have it by inference. */
function isRead(file: SourceFile, { name, isType }: Export): boolean {
  const names = importedNames.get(file.path)
  if (names?.has(name) === true || names?.has('*') === true) return true
  return isType && file.text.split(new RegExp(`\\b${name}\\b`)).length > 2
}
