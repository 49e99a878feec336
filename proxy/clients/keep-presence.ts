import type { PresenceEntry, PresenceStore } from '../../records/presence/presence-store.ts'
import type { SharedCounts } from '../../records/presence/site-shared.ts'
import { saysTheSame, type Binding } from '../../rules/identity/binding.ts'
import type { EndedEvidence } from '../../rules/identity/ended-evidence.ts'
import { lacks } from './lacking-evidence.ts'
import { SiteTimes } from './site-times.ts'

/** Presence is written in batches: one that is lost in a crash is told again by its source. */
const FLUSH_MS = 1_000

/** Where other gates wait for it: what one saw is known at the others within a second. */
const SHARE_MS = 50

/** Custody is looked through for what is past its time. */
const FORGET_MS = 3_600_000

/** That nobody is at an address any more outlives any entry that another gate still sends. */
const GONE_MS = 15 * 60_000

/** A sixtieth of these is a second's: more than any source tells. */
const MAX_WAITING = 2_000_000

/** What the gate believes, which takes in what this node or another one knew. */
export interface Believer {
  hear(address: string, binding: Binding | null, ended: readonly EndedEvidence[]): void
  at(address: string): Binding | null
  endedAt(address: string): readonly EndedEvidence[]
  bindings(): Iterable<Binding>
}

/** The other gates of the site; null for a school with one gate. */
export interface Site {
  start(): void
  stop(): Promise<void>
  send(entries: readonly PresenceEntry[]): void
  readonly state: { readonly isUp: boolean; readonly error: string | null }
  counts(): SharedCounts
}

export interface SiteListener {
  readonly kept: () => Promise<readonly PresenceEntry[]>
  readonly onEntries: (entries: readonly PresenceEntry[]) => Promise<void>
}

export interface PresenceKeeperParts {
  readonly local: PresenceStore & {
    forget(now: number): void
    forgetPeople(refs: readonly string[]): unknown
  }
  readonly gate: string
  /** Gate time, epoch ms. */
  readonly clock: () => number
  readonly log: { error(details: object, message: string): void }
  /** Opens the way to the other gates. */
  readonly siteOf?: (listener: SiteListener) => Site
}

/**
 * Writes what follows from sightings into this node's presence, which is the copy that counts here, and tells
 * the site's other gates; takes in what they tell; reads it all back at a start.
 */
export class PresenceKeeper {
  readonly #parts: PresenceKeeperParts
  readonly #site: Site | null
  readonly #waiting = new Map<string, PresenceEntry>()
  readonly #times = new SiteTimes()
  #believer: Believer | null = null
  /** The address that is being heard of: what follows from that is no news for who told it. */
  #hearing: string | null = null
  #erased: ReadonlySet<string> = new Set()
  #timer: NodeJS.Timeout | null = null
  #sharing: NodeJS.Timeout | null = null
  #flushing: Promise<void> = Promise.resolve()
  #forgotAt = 0
  #problem: string | null = null

  constructor(parts: PresenceKeeperParts) {
    this.#parts = parts
    const kept = () => parts.local.kept(parts.clock())
    this.#site = parts.siteOf?.({ kept, onEntries: (entries) => this.#hear(entries) }) ?? null
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS)
    this.#site?.start()
  }

  /** What was true when this node last wrote, as evidence to weigh again. Never rejects. */
  async restore(believer: Believer): Promise<void> {
    this.#believer = believer
    try {
      for (const entry of await this.#parts.local.kept(this.#parts.clock())) {
        this.#times.told(entry)
        const now = this.#believe(believer, entry)
        // Weighed by another register. Just behind the old entry: what the site heard meanwhile is later.
        if (!isSame(now, entry.binding)) this.#write(entry.address, now, entry.at + 1)
      }
    } catch (cause) {
      this.#fail(cause)
    }
  }

  note(address: string, binding: Binding | null): void {
    if (address === this.#hearing) return
    this.#write(address, binding, this.#times.next(address, this.#parts.clock()))
  }

  /** Whose names are erased: nothing that is kept or told says any more that it was they. Never throws. */
  erase(erased: ReadonlySet<string>): void {
    const fresh = [...erased].filter((person) => !this.#erased.has(person))
    this.#erased = new Set(erased)
    if (fresh.length === 0) return
    for (const { address, person, ...of } of this.#believer?.bindings() ?? [])
      if (person !== null && fresh.includes(person)) this.note(address, { address, person, ...of })
    try {
      this.#parts.local.forgetPeople(fresh)
    } catch (cause) {
      this.#fail(cause)
    }
  }

  /** Writes what waits. Never rejects. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flush())
    return this.#flushing
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    if (this.#sharing !== null) clearTimeout(this.#sharing)
    await this.#site?.stop()
    await this.flush()
  }

  /** Sentences for `/readyz`; none when all is well. */
  problems(): readonly string[] {
    const error = this.#site?.state.error ?? null
    const unshared = error === null ? [] : [`presence over redis: ${error}`]
    return this.#problem === null ? unshared : [`presence: ${this.#problem}`, ...unshared]
  }

  /** Null for a school with one gate. */
  shared(): SharedCounts | null {
    return this.#site?.counts() ?? null
  }

  #write(address: string, told: Binding | null, at: number): void {
    const { gate } = this.#parts
    const ended = this.#believer?.endedAt(address) ?? []
    const binding = this.#withoutErased(told)
    const over = Math.max(this.#parts.clock() + GONE_MS, ...ended.map(({ until }) => until))
    const entry = { address, gate, at, expires: binding?.expires ?? over, binding, ended }
    this.#times.told(entry)
    if (this.#waiting.size >= MAX_WAITING && !this.#waiting.has(address)) return
    this.#waiting.set(address, entry)
    if (this.#site !== null) this.#sharing ??= setTimeout(() => void this.flush(), SHARE_MS)
  }

  #withoutErased(binding: Binding | null): Binding | null {
    const person = binding?.person ?? null
    return binding === null || person === null || !this.#erased.has(person)
      ? binding
      : { ...binding, person: null }
  }

  /** What another gate told. Never rejects: this node's disk is no matter of the site's. */
  async #hear(entries: readonly PresenceEntry[]): Promise<void> {
    const { local, gate, clock } = this.#parts
    const others = entries.filter((entry) => entry.gate !== gate || !this.#times.isLast(entry))
    const nameless = others.map((entry) => ({
      ...entry,
      binding: this.#withoutErased(entry.binding),
    }))
    try {
      if (others.length > 0) await local.put(nameless, clock())
    } catch (cause) {
      this.#fail(cause)
    }
    for (const entry of others) await this.#answer(entry)
  }

  /** Tells the site what stands without: evidence of this gate's own, ends, or that a person is nameless. */
  async #answer(entry: PresenceEntry): Promise<void> {
    const { address, binding } = entry
    this.#times.told(entry)
    if (this.#believer === null) return
    const believed = this.#believe(this.#believer, entry)
    const now = this.#parts.clock()
    const known = { binding: believed, ended: this.#believer.endedAt(address) }
    const isNamed = this.#withoutErased(binding) !== binding
    if (!isNamed && !lacks(await this.#standing(entry, now), known, now)) return
    if (this.#times.mayAnswer(address, now)) this.note(address, believed)
  }

  /** The entry, or a later one that this gate has. */
  async #standing(entry: PresenceEntry, now: number): Promise<PresenceEntry> {
    const waiting = this.#waiting.get(entry.address)
    if (waiting !== undefined && waiting.at > entry.at) return waiting
    try {
      return (await this.#parts.local.get(entry.address, now)) ?? entry
    } catch (cause) {
      this.#fail(cause)
      return entry
    }
  }

  #believe(believer: Believer, { address, binding, ended }: PresenceEntry): Binding | null {
    this.#hearing = address
    try {
      believer.hear(address, binding, ended)
    } finally {
      this.#hearing = null
    }
    return believer.at(address)
  }

  async #flush(): Promise<void> {
    const { local, clock } = this.#parts
    this.#sharing = null
    const entries = [...this.#waiting.values()]
    const now = clock()
    // A disk that is full keeps nothing from the other gates.
    if (entries.length > 0) this.#site?.send(entries)
    try {
      if (entries.length > 0) await local.put(entries, now)
      // What came meanwhile stays.
      for (const entry of entries)
        if (this.#waiting.get(entry.address) === entry) this.#waiting.delete(entry.address)
      if (Math.abs(now - this.#forgotAt) > FORGET_MS) {
        this.#forgotAt = now
        this.#times.forget(now)
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

function isSame(a: Binding | null, b: Binding | null): boolean {
  return a === null || b === null ? a === b : saysTheSame(a, b)
}
