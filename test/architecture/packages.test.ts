import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BENCH_PROGRAMS, TEST_PROGRAMS } from '../support/debian-packages.ts'
import { sourceFiles } from './source-tree.ts'

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

const manifest = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
) as Manifest

/** Tools that scripts run or that other tools load by name; nobody imports them. */
const TOOLS: ReadonlySet<string> = new Set(['typescript', 'prettier', 'eslint', 'vitest'])

test('every package is pinned to one version: a school that installs next year gets what was tested', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  const loose = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => `${name}@${version}`)
  expect(loose).toEqual([])
})

test('every package that ships is imported by something that ships', () => {
  const used = importsUnder(['rules/', 'records/', 'proxy/', 'dashboard/', 'agent/', 'commands/'])
  expect(Object.keys(manifest.dependencies).filter((name) => !used.has(name))).toEqual([])
})

test('every development package is used, and what ships uses none of them', () => {
  const used = importsUnder(['test/', 'bench/', 'dashboard/web/', './'])
  const idle = Object.keys(manifest.devDependencies)
    .filter((name) => !name.startsWith('@types/') && !TOOLS.has(name))
    .filter((name) => !used.has(name) && !mentionedByConfiguration(name))
  expect(idle).toEqual([])
  const shipped = importsUnder(['rules/', 'records/', 'proxy/', 'dashboard/server/', 'commands/'])
  expect(Object.keys(manifest.devDependencies).filter((name) => shipped.has(name))).toEqual([])
})

test('every program that tests and benches run is in the table of Debian packages', () => {
  const known = new Set([...TEST_PROGRAMS, ...BENCH_PROGRAMS].map(({ program }) => program))
  const started = ['test/', 'bench/']
    .flatMap(sourceFiles)
    .flatMap(({ path, text }) => programsOf(text).map((program) => ({ path, program })))
    .filter(({ program }) => !known.has(program) && !EVERYWHERE.has(program))
    .map(({ path, program }) => `${path} runs ${program}`)
  expect(started).toEqual([])
})

/** On every machine that has npm and a shell. `git` is what the clone came by, `script` is in Debian's base. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  ...['apt-get', 'node', 'sh', 'tar', 'gzip', 'git', 'script'],
])

/** First arguments of `spawn` and its siblings, where they are literal names. */
function programsOf(text: string): string[] {
  const calls = text.matchAll(
    /\b(?:spawn|execFile|spawnSync|execFileSync|execFileAsync)\(\s*'([\w.-]+)'/g,
  )
  return [...calls].flatMap(([, program]) => (program === undefined ? [] : [program]))
}

function importsUnder(folders: readonly string[]): ReadonlySet<string> {
  const targets = folders.flatMap(sourceFiles).flatMap(({ imports }) => imports)
  return new Set(targets.map(({ target }) => packageOf(target)))
}

function packageOf(target: string): string {
  return target.split('/', target.startsWith('@') ? 2 : 1).join('/')
}

/** ESLint's configuration is JavaScript, which the source tree does not parse. */
function mentionedByConfiguration(name: string): boolean {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'eslint.config.js'), 'utf8')
  return text.includes(`'${name}'`)
}
