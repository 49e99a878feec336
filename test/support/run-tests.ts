/**
 * What `npm test` runs: the programs the tests need, then Vitest, then one last line that people and
 * machines read: `N passed, N failed`. Arguments go to Vitest (`npm test -- test/rules`).
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensurePrograms, searchPath, TEST_PROGRAMS } from './debian-packages.ts'
import { scoreOf } from './vitest-report.ts'

process.exitCode = main(process.argv.slice(2))

function main(filters: readonly string[]): number {
  const { missing } = ensurePrograms(TEST_PROGRAMS)
  if (missing.length > 0) {
    console.error(`the tests need programs that are not installed:\n  ${missing.join('\n  ')}`)
    return 1
  }
  const { passed, failed, complaints } = runVitest(filters)
  for (const complaint of complaints) console.log(complaint)
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

function runVitest(filters: readonly string[]) {
  const root = join(import.meta.dirname, '..', '..')
  const folder = mkdtempSync(join(tmpdir(), 'schoolgate-test-'))
  const report = join(folder, 'report.json')
  try {
    const { status } = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...filters,
      ],
      { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: vitestEnvironment(root) },
    )
    return scoreOf(readIfPresent(report), status ?? 1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The pinned Node first, so that a test which spawns `node` gets the one that production runs. */
function vitestEnvironment(root: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${searchPath()}` }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
