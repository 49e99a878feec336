import type { PresenceEntry, PresenceStore } from '../../records/presence/presence-store.ts'
import type { Binding } from '../../rules/identity/binding.ts'
import type { Sighting } from '../../rules/identity/sighting.ts'
import { sightingsOf } from '../../rules/identity/sightings-of.ts'

/** Presence is written in batches: one that is lost in a crash is told again by its source. */
const FLUSH_MS = 1_000

/** Custody is looked through for what is past its time. */
const FORGET_MS = 3_600_000

/** That nobody is at an address any more outlives any entry that another gate still sends. */
const GONE_MS = 15 * 60_000

/** A sixtieth of these is a second's: more than any source tells. */
const MAX_WAITING = 2_000_000

export interface PresenceKeeperParts {
  readonly local: PresenceStore & { forget(now: number): void }
  readonly gate: string
  /** Gate time, epoch ms. */
  readonly clock: () => number
  readonly log: { error(details: object, message: string): void }
}

/** Writes what follows from sightings into this node's presence, and reads it back at a start. */
export class PresenceKeeper {
  readonly #parts: PresenceKeeperParts
  readonly #waiting = new Map<string, PresenceEntry>()
  #timer: NodeJS.Timeout | null = null
  #flushing: Promise<void> = Promise.resolve()
  #forgotAt = 0
  #problem: string | null = null

  constructor(parts: PresenceKeeperParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS)
  }

  /** What was true when this node last wrote, as evidence to weigh again. Never rejects. */
  async restore(): Promise<readonly Sighting[]> {
    try {
      const entries = await this.#parts.local.all(this.#parts.clock())
      return entries.flatMap(({ binding }) => (binding === null ? [] : sightingsOf(binding)))
    } catch (cause) {
      this.#fail(cause)
      return []
    }
  }

  note(address: string, binding: Binding | null): void {
    const at = this.#parts.clock()
    const expires = binding?.expires ?? at + GONE_MS
    if (this.#waiting.size < MAX_WAITING || this.#waiting.has(address))
      this.#waiting.set(address, { address, gate: this.#parts.gate, at, expires, binding })
  }

  /** Writes what waits. Never rejects. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flush())
    return this.#flushing
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.flush()
  }

  /** A sentence for `/readyz`; null when all is well. */
  problem(): string | null {
    return this.#problem
  }

  async #flush(): Promise<void> {
    const { local, clock } = this.#parts
    const entries = [...this.#waiting.values()]
    const now = clock()
    try {
      if (entries.length > 0) await local.put(entries, now)
      // What came meanwhile stays.
      for (const entry of entries)
        if (this.#waiting.get(entry.address) === entry) this.#waiting.delete(entry.address)
      if (Math.abs(now - this.#forgotAt) > FORGET_MS) {
        this.#forgotAt = now
        local.forget(now)
      }
      this.#problem = null
    } catch (cause) {
      this.#fail(cause)
    }
  }

  #fail(cause: unknown): void {
    const problem = cause instanceof Error ? cause.message : String(cause)
    if (this.#problem === null) this.#parts.log.error({ problem }, 'presence is not written')
    this.#problem = problem
  }
}
