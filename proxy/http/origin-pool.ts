import type { Deadlines, Expiring } from './deadlines.ts'
import { MAX_IDLE_ORIGINS, MAX_IDLE_PER_ORIGIN } from './limits.ts'
import type { OriginConnection } from './origin-connection.ts'

interface Idle extends Expiring {
  readonly connection: OriginConnection
  /** A property, so that it can be a listener and be taken off again. */
  readonly expire: () => void
}

/**
 * Origin connections between two exchanges, newest first (the one least likely to be stale). Shared by
 * all devices: whether a device may go there was decided before, per request; logins that belong to
 * a connection never get in here.
 */
export class OriginPool {
  readonly #idle = new Map<string, Idle[]>()
  readonly #deadlines: Deadlines
  readonly #idleMs: number
  #count = 0
  #closed = false

  constructor(deadlines: Deadlines, idleMs: number) {
    this.#deadlines = deadlines
    this.#idleMs = idleMs
  }

  /** A live connection to `origin` (`host:port`), which the caller owns from now on. */
  take(origin: string): OriginConnection | undefined {
    const list = this.#idle.get(origin)
    for (let idle = list?.pop(); idle !== undefined; idle = list?.pop()) {
      this.#forget(idle)
      if (list?.length === 0) this.#idle.delete(origin)
      if (idle.connection.alive) return idle.connection
      idle.connection.destroy()
    }
    return undefined
  }

  put(origin: string, connection: OriginConnection): void {
    const list = this.#idle.get(origin) ?? []
    const full = list.length >= MAX_IDLE_PER_ORIGIN || this.#count >= MAX_IDLE_ORIGINS
    if (full || this.#closed || !connection.alive) {
      connection.destroy()
      return
    }
    connection.leave()
    // A paused socket would sleep through the origin's FIN.
    connection.socket.resume()
    const idle: Idle = {
      connection,
      deadline: this.#deadlines.now + this.#idleMs,
      expire: () => {
        this.#drop(origin, idle)
      },
    }
    list.push(idle)
    this.#idle.set(origin, list)
    this.#deadlines.add(idle)
    this.#count += 1
    connection.socket.once('close', idle.expire)
  }

  close(): void {
    this.#closed = true
    for (const [origin, list] of this.#idle) for (const idle of [...list]) this.#drop(origin, idle)
  }

  #drop(origin: string, idle: Idle): void {
    const list = this.#idle.get(origin)
    const at = list?.indexOf(idle) ?? -1
    if (list === undefined || at < 0) return
    list.splice(at, 1)
    if (list.length === 0) this.#idle.delete(origin)
    this.#forget(idle)
    idle.connection.destroy()
  }

  #forget(idle: Idle): void {
    this.#deadlines.delete(idle)
    this.#count -= 1
    idle.connection.socket.off('close', idle.expire)
  }
}
