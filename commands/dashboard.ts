import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino, type Logger } from 'pino'
import { servePortal } from '../dashboard/server/portal/serve-portal.ts'
import { serveDashboard } from '../dashboard/server/serve.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, textsOf, usage } from './arguments.ts'
import { openSchool, type OpenedSchool } from './open-school.ts'
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
  const { dashboard, portal } = loaded.config
  if (dashboard.listen === null && portal.listen === null)
    return usage(USAGE, '`dashboard.listen` or `portal.listen` says where it would serve')
  const log = pino({ base: { part: 'dashboard' } }, pino.destination({ fd: 2, sync: true }))
  const opened = await openSchool(loaded, {
    now: () => Date.now() + offset,
    err: (line) => {
      log.warn(line)
    },
  })
  if (typeof opened === 'string') return usage(USAGE, opened)
  await using open = opened
  await using stops = new AsyncDisposableStack()
  const served = {
    dashboard: await openDashboard(open, loaded, { log, stops }),
    portal: await openPortal(open, loaded, { log, stops }),
  }
  await untilTold(served)
  return EXIT.done
}

interface Scene {
  readonly log: Logger
  readonly stops: AsyncDisposableStack
}

async function openDashboard(
  { school }: OpenedSchool,
  { config: { dashboard } }: LoadedConfig,
  { log, stops }: Scene,
): Promise<string | null> {
  const { listen, publicUrl } = dashboard
  if (listen === null) return null
  const pages = existsSync(PAGES) ? PAGES : null
  if (pages === null) log.warn('the pages are not built (`npm run web:build`): API alone')
  const served = await serveDashboard({ school, listen, publicUrl, pages, log })
  stops.defer(() => served.stop())
  if (served.setupCode !== null)
    log.warn(`nobody has an account yet: the setup code is ${served.setupCode}`)
  return served.url
}

async function openPortal(
  { portal }: OpenedSchool,
  { config }: LoadedConfig,
  { log, stops }: Scene,
): Promise<string | null> {
  const { listen } = config.portal
  if (listen === null) return null
  try {
    const served = await servePortal({ ...portal, listen, log })
    stops.defer(() => served.stop())
    return served.url
  } catch (cause) {
    if (!isListenFault(cause)) throw cause
    // The gate has a help page in its place, and the school must be able to work.
    log.error({ problem: cause.message }, 'portal.listen: the portal is not served')
    return null
  }
}

async function untilTold(served: Readonly<Record<string, string | null>>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const end = (): void => {
    resolve(undefined)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end)
  // The gate that started it is gone: nobody else would end it.
  process.once('disconnect', end)
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, ...served })}\n`)
  await promise
  // The channel would keep this process alive.
  if (process.connected) process.disconnect()
}

function isListenFault(cause: unknown): cause is Error {
  const code = (cause as { code?: unknown } | null)?.code
  return code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL'
}
