import { readFileSync } from 'node:fs'
import { pino, type Logger } from 'pino'
import { GateRefused } from '../proxy/gate-refused.ts'
import { Gate } from '../proxy/gate.ts'
import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { parseInstant } from '../rules/time/clock-text.ts'
import { EXIT, readArguments, textOf, textsOf, usage } from './arguments.ts'
import { DashboardProcess } from './dashboard-process.ts'
import { rememberConfig } from './gate-config.ts'
import { DEFAULT_CONFIG, readConfig, type LoadedConfig } from './read-config.ts'
import { unservedKeys } from './unserved-keys.ts'

const USAGE =
  'usage: schoolgate start [--config FILE] [--clock ISO] [--set key=value]...\n' +
  '       key is a path as in `dns.maxTtl`, value is JSON where it reads as JSON'

const OPTIONS = {
  config: { type: 'string' },
  clock: { type: 'string' },
  set: { type: 'string', multiple: true },
} as const

/** Runs a gate until SIGTERM or SIGINT; prints one JSON line on stdout when it serves. */
export async function start(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const clock = textOf(parsed, 'clock')
  const instant = clock === undefined ? null : parseInstant(clock)
  if (instant?.ok === false) return usage(USAGE, `--clock: ${instant.problem}`)
  const file = textOf(parsed, 'config') ?? DEFAULT_CONFIG
  const settings = textsOf(parsed, 'set')
  const loaded = readConfig(file, settings)
  if (typeof loaded === 'string') return usage(USAGE, loaded)

  // Logs go to stderr, so that the ready line is the one thing on stdout.
  const log = pino({ base: { gate: loaded.config.gate } }, pino.destination({ fd: 2, sync: true }))
  for (const key of unservedKeys(loaded.config))
    log.warn({ key }, 'this version does not serve the key yet')
  try {
    const clockOffsetMs = instant === null ? 0 : instant.ms - Date.now()
    const gate = await Gate.open({ ...loaded, clockOffsetMs, version: versionOf(), log })
    rememberConfig(recordsDirectoryOf(loaded.config, loaded.directory), { file, settings })
    const beside = dashboardOf(loaded, { gate, file, settings, clockOffsetMs, log })
    await serve(gate, beside)
    return EXIT.done
  } catch (cause) {
    if (cause instanceof GateRefused || cause instanceof StoreRefused)
      return usage(`schoolgate: ${cause.message}`)
    throw cause
  }
}

interface Start {
  readonly gate: Gate
  readonly file: string
  readonly settings: readonly string[]
  readonly clockOffsetMs: number
  readonly log: Logger
}

/** Null where none is wanted. It gets the gate's own settings, and where the gate's metrics are. */
function dashboardOf(
  { config }: LoadedConfig,
  { gate, file, settings, clockOffsetMs, log }: Start,
): DashboardProcess | null {
  const { dashboard, portal } = config
  if (!dashboard.enabled || (dashboard.listen ?? portal.listen) === null) return null
  const { metrics } = gate.endpoints()
  const all = [...settings, ...(metrics === undefined ? [] : [`metrics.listen=${metrics}`])]
  const args = ['--config', file, `--clock-offset=${clockOffsetMs}`]
  return new DashboardProcess({
    args: [...args, ...all.flatMap((one) => ['--set', one])],
    log,
    onReady: ({ portal }) => {
      if (portal !== null) gate.portalAt(endpointOf(portal))
    },
  })
}

/** `127.0.0.1:8070`, `[::1]:8070`. */
function endpointOf(text: string): { readonly host: string; readonly port: number } {
  const at = text.lastIndexOf(':')
  return { host: text.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(at + 1)) }
}

async function serve(gate: Gate, beside: DashboardProcess | null): Promise<void> {
  process.on('SIGHUP', () => void gate.reload())
  const told = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => {
      resolve()
    })
    process.once('SIGINT', () => {
      resolve()
    })
  })
  const dashboard = beside === null ? null : await beside.start()
  const endpoints = { ...gate.endpoints(), ...(dashboard !== null && { dashboard }) }
  const ready = { ready: true, pid: process.pid, ...endpoints }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
  await told
  await Promise.all([gate.stop(), beside?.stop()])
}

function versionOf(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  return version
}
