/**
 * Loaded into every thread of a gate by `NODE_OPTIONS=--import`: a data thread throws when the file that
 * `THROW_WHEN` names appears, once, wherever it happens to be.
 */
import { existsSync, rmSync } from 'node:fs'
import { isMainThread, threadName } from 'node:worker_threads'

const file = process.env['THROW_WHEN']
if (!isMainThread && threadName?.startsWith('data-') === true && file !== undefined) {
  const looking = setInterval(() => {
    if (!existsSync(file)) return
    try {
      rmSync(file)
    } catch {
      // Another thread was first, and throws.
      return
    }
    clearInterval(looking)
    throw new Error('a fault in a data thread')
  }, 5)
  looking.unref()
}
