import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { serveDashboard } from '../dashboard/server/serve.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, textsOf, usage } from './arguments.ts'
import { openSchool } from './open-school.ts'
import { DEFAULT_CONFIG, readConfig, type LoadedConfig } from './read-config.ts'

const USAGE =
  'usage: schoolgate dashboard [--config FILE] [--set key=value]... [--clock-offset MS]\n' +
  '       the dashboard alone, beside the gate whose records the configuration names'

const OPTIONS = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  'clock-offset': { type: 'string' },
} as const

/** Where `npm run web:build` puts the pages. */
const PAGES = fileURLToPath(new URL('../dashboard/web/dist', import.meta.url))

/** Serves until SIGTERM or SIGINT; prints one JSON line on stdout when it does. */
export async function dashboard(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const offset = Number(textOf(parsed, 'clock-offset') ?? 0)
  if (!Number.isSafeInteger(offset)) return usage(USAGE, '`--clock-offset` is in milliseconds')
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG, textsOf(parsed, 'set'))
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  try {
    return await serve(loaded, offset)
  } catch (cause) {
    if (cause instanceof StoreRefused) return usage(`schoolgate: ${cause.message}`)
    if (!isListenFault(cause)) throw cause
    return usage(`schoolgate: dashboard.listen: ${cause.message}`)
  }
}

async function serve(loaded: LoadedConfig, offset: number): Promise<number> {
  const { listen, publicUrl } = loaded.config.dashboard
  if (listen === null) return usage(USAGE, '`dashboard.listen` says where it would serve')
  const log = pino({ base: { part: 'dashboard' } }, pino.destination({ fd: 2, sync: true }))
  const opened = await openSchool(loaded, {
    now: () => Date.now() + offset,
    err: (line) => {
      log.warn(line)
    },
  })
  if (typeof opened === 'string') return usage(USAGE, opened)
  await using open = opened
  const pages = existsSync(PAGES) ? PAGES : null
  if (pages === null) log.warn('the pages are not built (`npm run web:build`): API alone')
  const served = await serveDashboard({ school: open.school, listen, publicUrl, pages, log })
  if (served.setupCode !== null)
    log.warn(`nobody has an account yet: the setup code is ${served.setupCode}`)
  await untilTold(served.url)
  await served.stop()
  return EXIT.done
}

async function untilTold(url: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const end = (): void => {
    resolve(undefined)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end)
  // The gate that started it is gone: nobody else would end it.
  process.once('disconnect', end)
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, dashboard: url })}\n`)
  await promise
  // The channel would keep this process alive.
  if (process.connected) process.disconnect()
}

function isListenFault(cause: unknown): cause is Error {
  const code = (cause as { code?: unknown } | null)?.code
  return code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL'
}
