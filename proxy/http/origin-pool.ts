import type { Deadlines, Expiring } from './deadlines.ts'
import { MAX_IDLE_ORIGINS, MAX_IDLE_PER_ORIGIN } from './limits.ts'
import type { OriginConnection } from './origin-connection.ts'

interface Idle extends Expiring {
  readonly origin: string
  readonly connection: OriginConnection
  /** A property, so that it can be a listener and be taken off again. */
  readonly expire: () => void
}

/**
 * Origin connections between two exchanges, newest first (the one least likely to be stale). Shared by
 * all devices: whether a device may go there was decided before, per request; logins that belong to
 * a connection never get in here. Where there is no room, the one that has idled longest goes: the one
 * just used is the one most likely to be wanted.
 */
export class OriginPool {
  readonly #idle = new Map<string, Idle[]>()
  /** All of them, oldest first. */
  readonly #byAge = new Set<Idle>()
  readonly #deadlines: Deadlines
  readonly #idleMs: number
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
    if (this.#closed || !connection.alive) {
      connection.destroy()
      return
    }
    this.#makeRoom(origin)
    connection.leave()
    // A paused socket would sleep through the origin's FIN.
    connection.socket.resume()
    const idle: Idle = {
      origin,
      connection,
      deadline: this.#deadlines.now + this.#idleMs,
      expire: () => {
        this.#drop(idle)
      },
    }
    const list = this.#idle.get(origin)
    if (list === undefined) this.#idle.set(origin, [idle])
    else list.push(idle)
    this.#byAge.add(idle)
    this.#deadlines.add(idle)
    connection.socket.once('close', idle.expire)
  }

  close(): void {
    this.#closed = true
    for (const idle of [...this.#byAge]) this.#drop(idle)
  }

  #makeRoom(origin: string): void {
    const list = this.#idle.get(origin)
    const oldestThere = list?.[0]
    if (list !== undefined && oldestThere !== undefined && list.length >= MAX_IDLE_PER_ORIGIN)
      this.#drop(oldestThere)
    if (this.#byAge.size < MAX_IDLE_ORIGINS) return
    for (const oldest of this.#byAge) {
      this.#drop(oldest)
      return
    }
  }

  #drop(idle: Idle): void {
    const list = this.#idle.get(idle.origin)
    const at = list?.indexOf(idle) ?? -1
    if (list === undefined || at < 0) return
    list.splice(at, 1)
    if (list.length === 0) this.#idle.delete(idle.origin)
    this.#forget(idle)
    idle.connection.destroy()
  }

  #forget(idle: Idle): void {
    this.#deadlines.delete(idle)
    this.#byAge.delete(idle)
    idle.connection.socket.off('close', idle.expire)
  }
}
