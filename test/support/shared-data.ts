import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'

const SHARED = join(import.meta.dirname, '..', '..', '..', 'shared')

/** The path of a file that lies beside the clone, in `../shared`, where it is there at all. */
export function sharedPath(name: string): string {
  return join(SHARED, name)
}

/**
 * `test` for what needs files of `../shared`, which no clone brings along. Where one is absent the test is
 * skipped and a line says which: the suite passes on any machine, and nobody takes that for a check.
 */
export function testWithShared(...names: readonly string[]): typeof test.skip {
  const absent = names.filter((name) => !existsSync(sharedPath(name)))
  for (const name of absent) console.log(`not checked: ../shared/${name} is not beside this clone`)
  return absent.length === 0 ? test : test.skip
}
