import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { sourceFiles } from '../architecture/source-tree.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const dockerfile = readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8').replaceAll(/\\\n/g, ' ')
const lines = dockerfile.split('\n').map((line) => line.trim())

/** Sources of `COPY` from the build context: everything but the last word. */
const copied = lines
  .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
  .flatMap((line) => line.split(/\s+/).slice(1, -1))

test('the base is pinned', () => {
  const bases = lines.filter((line) => line.startsWith('FROM '))
  expect(bases.length).toBeGreaterThan(0)
  for (const base of bases) expect(base).toMatch(/^FROM debian:\d+\.\d+-slim\b/)
})

test('the gate runs as nobody in particular', () => {
  expect(lines.findLast((line) => line.startsWith('USER '))).toBe('USER schoolgate')
})

test('everything that is copied is in the repository', () => {
  expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
})

test('everything that the commands load is copied', () => {
  const missing = loadedFrom('schoolgate.ts').filter(
    (path) => !copied.some((source) => path === source || path.startsWith(`${source}/`)),
  )
  expect(missing).toEqual([])
})

test('the image and the compose file ask the same question for health', () => {
  const compose = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')) as {
    services: { gate: { healthcheck: { test: string[] } } }
  }
  const command = lines.find((line) => line.startsWith('HEALTHCHECK'))?.replace(/^.* CMD /, '')
  expect(['CMD', ...(JSON.parse(command ?? 'null') as string[])]).toEqual(
    compose.services.gate.healthcheck.test,
  )
})

/** Files of the repository that are loaded at run time, from the entry on. */
function loadedFrom(entry: string): readonly string[] {
  const files = new Map(
    ['./', 'commands/', 'rules/', 'records/', 'proxy/', 'dashboard/', 'agent/', 'bench/', 'test/']
      .flatMap(sourceFiles)
      .map((file) => [file.path, file]),
  )
  const seen = new Set<string>()
  const walk = (path: string) => {
    const file = files.get(path)
    if (file === undefined || seen.has(path)) return
    seen.add(path)
    for (const { target, typeOnly } of file.imports) if (!typeOnly) walk(target)
  }
  walk(entry)
  return [...seen]
}
