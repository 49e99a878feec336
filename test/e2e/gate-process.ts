import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = join(import.meta.dirname, '..', '..')

export interface GateOptions {
  readonly config?: string
  readonly clock?: string
  /** Keys laid over the defaults below: port 0 for every listener, records in a fresh folder. */
  readonly set?: Readonly<Record<string, unknown>>
  /** The network namespace that it runs in; its own pages are then out of this process's reach. */
  readonly namespace?: string
  /** Laid over the environment of the test. */
  readonly env?: Readonly<Record<string, string>>
}

/** A gate as an operator runs it: `./schoolgate start`, its own process, found by its ready line. */
export class GateProcess implements AsyncDisposable {
  readonly pid: number
  readonly dns: Endpoint
  readonly http: Endpoint
  readonly doh: Endpoint
  readonly blockPage: Endpoint
  readonly metrics: Endpoint
  readonly records: string
  /** The ready line, whole. */
  readonly ready: Readonly<Record<string, unknown>>
  readonly #child: ChildProcess
  readonly #log: string[]
  readonly #root: string

  private constructor(child: ChildProcess, ready: Record<string, unknown>, more: Opened) {
    this.#child = child
    this.#log = more.log
    this.records = more.records
    this.#root = more.root
    this.ready = ready
    this.pid = Number(ready['pid'])
    this.dns = endpoint(ready['dns'])
    this.http = endpoint(ready['http'])
    this.doh = endpoint(ready['doh'])
    this.blockPage = endpoint(ready['block_page'])
    this.metrics = endpoint(ready['metrics'])
  }

  static async start(options: GateOptions = {}): Promise<GateProcess> {
    const { config, clock, set, env, namespace } = options
    // Within, because what the gate keeps beside its records goes as well.
    const root = mkdtempSync(join(tmpdir(), 'schoolgate-e2e-'))
    const records = join(root, 'records')
    const settings: Record<string, unknown> = {
      'dns.udp': '127.0.0.1:0',
      'dns.tcp': '127.0.0.1:0',
      'dns.doh': '127.0.0.1:0',
      'http.listen': '127.0.0.1:0',
      'blockPage.listen': '127.0.0.1:0',
      'portal.listen': '127.0.0.1:0',
      'metrics.listen': '127.0.0.1:0',
      'dashboard.enabled': false,
      'records.directory': records,
      threads: 2,
      ...set,
    }
    const args = ['start', '--config', config ?? join(ROOT, 'examples', 'gate.yaml')]
    if (clock !== undefined) args.push('--clock', clock)
    for (const [key, value] of Object.entries(settings))
      args.push('--set', `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace]
    const [program, ...before] = [...inside, join(ROOT, 'schoolgate')]
    const child = spawn(program, [...before, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    const log: string[] = []
    createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
    const ready = await readyLine(child, log)
    const opened = { root, records: String(settings['records.directory']), log }
    return new GateProcess(child, ready, opened)
  }

  get log(): readonly string[] {
    return this.#log
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Exit code, and how long the gate took to end after SIGTERM. */
  async stop(): Promise<{ code: number | null; tookMs: number }> {
    const began = performance.now()
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit')
      this.#child.kill('SIGTERM')
      await gone
    }
    return { code: this.#child.exitCode, tookMs: performance.now() - began }
  }

  async get(path: string): Promise<{ status: number; body: string }> {
    const response = await fetch(`http://${this.metrics.host}:${this.metrics.port}${path}`)
    return { status: response.status, body: await response.text() }
  }

  /** The value of a series of `/metrics`, by its name and labels as they are printed; 0 where it is not. */
  async metric(series: string): Promise<number> {
    const { body } = await this.get('/metrics')
    const line = body.split('\n').find((text) => text.startsWith(`${series} `))
    return Number(line?.slice(series.length + 1) ?? 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    for (const path of [this.records, this.#root]) rmSync(path, { recursive: true, force: true })
  }
}

export interface Endpoint {
  readonly host: string
  readonly port: number
}

interface Opened {
  readonly root: string
  readonly records: string
  readonly log: string[]
}

async function readyLine(child: ChildProcess, log: string[]): Promise<Record<string, unknown>> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  if (child.stdout === null) throw new Error('no stdout')
  createInterface({ input: child.stdout }).once('line', resolve)
  child.once('exit', (code) => {
    reject(new Error(`the gate ended with ${String(code)}:\n${log.join('\n')}`))
  })
  return JSON.parse(await promise) as Record<string, unknown>
}

function endpoint(text: unknown): Endpoint {
  const [host = '', port = ''] = String(text).split(':')
  return { host, port: Number(port) }
}
