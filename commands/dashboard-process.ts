import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Logger } from 'pino'

/** The file that this process was started with: `schoolgate.ts`. */
const ENTRY = process.argv[1] ?? ''

/** A dashboard that does not come up must not keep the gate's ready line. */
const READY_MS = 15_000
const RESTART_MS = 2_000

/** The arguments after `dashboard`. */
export interface DashboardProcessOptions {
  readonly args: readonly string[]
  readonly log: Logger
  /** Told each time that it has come up, also when it was started again. */
  readonly onReady?: (ready: DashboardReady) => void
}

/** Where it serves, `address:port` each; null where it does not. */
export interface DashboardReady {
  readonly dashboard: string | null
  readonly portal: string | null
}

/**
 * The dashboard as a process of its own, started again when it dies: the gate filters on without it
 * (design.md section 7).
 */
export class DashboardProcess {
  readonly #options: DashboardProcessOptions
  #child: ChildProcess | null = null
  #stopping = false

  constructor(options: DashboardProcessOptions) {
    this.#options = options
  }

  /** Its address when it serves; null when it did not come up in time. */
  start(): Promise<string | null> {
    const { promise, resolve } = Promise.withResolvers<string | null>()
    const child = spawn(
      process.execPath,
      [...process.execArgv, ENTRY, 'dashboard', ...this.#options.args],
      {
        // Its log goes where the gate's goes; the channel ends it when the gate is killed.
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      },
    )
    this.#child = child
    const timer = setTimeout(() => {
      resolve(null)
    }, READY_MS)
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).once('line', (line) => {
        const ready = readReady(line)
        this.#options.onReady?.(ready)
        resolve(ready.dashboard)
      })
    child.once('exit', (code) => {
      clearTimeout(timer)
      resolve(null)
      this.#again(code)
    })
    void promise.then(() => {
      clearTimeout(timer)
    })
    return promise
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const child = this.#child
    if (child?.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve()
      })
    })
    child.kill('SIGTERM')
    await gone
  }

  #again(code: number | null): void {
    if (this.#stopping) return
    const { log } = this.#options
    // Wrong usage stays wrong: the same arguments would end it again.
    if (code === 2) {
      log.error('the dashboard does not start; the gate filters on without it')
      return
    }
    log.error({ code }, 'the dashboard ended; it is started again')
    setTimeout(() => {
      if (!this.#stopping) void this.start()
    }, RESTART_MS).unref()
  }
}

function readReady(line: string): DashboardReady {
  try {
    const { dashboard, portal } = JSON.parse(line) as { dashboard?: unknown; portal?: unknown }
    return { dashboard: addressOf(dashboard), portal: addressOf(portal) }
  } catch {
    return { dashboard: null, portal: null }
  }
}

function addressOf(url: unknown): string | null {
  return typeof url === 'string' ? url.replace('http://', '') : null
}
