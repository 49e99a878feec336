import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** `REDIS_PROGRAM=valkey-server` runs the same tests on Valkey, where that is installed. */
export const REDIS_PROGRAM = process.env['REDIS_PROGRAM'] ?? 'redis-server'

/** A real redis-server of a test's own, with its own directory; `start` again after a kill keeps port and data. */
export class RedisServer implements AsyncDisposable {
  readonly port: number
  readonly #directory = mkdtempSync(join(tmpdir(), 'schoolgate-redis-'))
  readonly #flags: readonly string[]
  #process: ChildProcess | null = null

  /** A server that is not running yet. */
  static async prepare(...flags: readonly string[]): Promise<RedisServer> {
    return new RedisServer(await freePort(), flags)
  }

  private constructor(port: number, flags: readonly string[]) {
    this.port = port
    this.#flags = flags
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const where = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.#directory]
    const flags = ['--save', '', '--daemonize', 'no', ...this.#flags]
    const child = spawn(REDIS_PROGRAM, [...where, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#process = child
    await new Promise<void>((resolve, reject) => {
      let seen = ''
      child.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.toString()
        if (seen.includes('Ready to accept connections')) resolve()
      })
      child.once('exit', () => {
        reject(new Error(`${REDIS_PROGRAM} ended: ${seen}`))
      })
    })
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name)
  }

  async kill(): Promise<void> {
    const child = this.#process
    this.#process = null
    if (child?.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** A client for the test's own questions. */
  async client(): Promise<Redis & AsyncDisposable> {
    const redis = new Redis(this.port, '127.0.0.1', { lazyConnect: true })
    await redis.connect()
    return Object.assign(redis, {
      [Symbol.asyncDispose]: () => {
        redis.disconnect()
        return Promise.resolve()
      },
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
