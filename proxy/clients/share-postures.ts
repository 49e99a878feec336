import type { PostureStore } from '../../records/posture/posture-store.ts'
import { sharedReport, type SharedReport } from '../../records/posture/shared-report.ts'
import { hearReport } from '../../records/posture/take-report.ts'
import type { SharedCounts } from '../../records/presence/site-shared.ts'
import type { Register } from '../../records/register/register.ts'
import type { PostureRules } from '../../rules/posture/posture-rules.ts'

/** The other gates of the site. */
export interface PostureSite {
  start(): void
  stop(): Promise<void>
  send(entries: readonly SharedReport[]): void
  readonly state: { readonly error: string | null }
  counts(): SharedCounts
}

export interface PostureListener {
  readonly kept: () => Promise<readonly SharedReport[]>
  readonly onEntries: (entries: readonly SharedReport[]) => Promise<void>
}

export interface PostureSharerParts {
  readonly store: PostureStore
  readonly gate: string
  readonly register: () => Pick<Register, 'agents' | 'devices'>
  /** Of the policy in force. */
  readonly rules: () => PostureRules
  readonly siteOf: (listener: PostureListener) => PostureSite
}

/** Devices of which the ledger has not told this gate yet; a site enrols some at a time. */
const MAX_PENDING = 1_000

/**
 * Tells the site's other gates what devices reported here, and takes in what they reported there: into this node's
 * store, which is all that is judged by, and only where the device's own key signed it.
 */
export class PostureSharer {
  readonly #parts: PostureSharerParts
  readonly #site: PostureSite
  /** Times of reports that came from the site, which has them. */
  readonly #heard = new Map<string, number>()
  readonly #pending = new Map<string, SharedReport>()
  #change = 0
  #agents: Register['agents'] | null = null

  constructor(parts: PostureSharerParts) {
    this.#parts = parts
    this.#site = parts.siteOf({
      kept: () => Promise.resolve(this.#since(0)),
      onEntries: (entries) => {
        for (const entry of entries) this.#hear(entry)
        return Promise.resolve()
      },
    })
  }

  start(): void {
    this.#site.start()
  }

  stop(): Promise<void> {
    return this.#site.stop()
  }

  /** Twice a second: what was taken here, and what waited for its device. Throws what the store throws. */
  look(): void {
    const { agents } = this.#parts.register()
    if (agents !== this.#agents) {
      this.#agents = agents
      const waiting = [...this.#pending.values()]
      this.#pending.clear()
      for (const entry of waiting) this.#hear(entry)
    }
    const news = this.#since(this.#change).filter(
      ({ device, at }) => this.#heard.get(device) !== at,
    )
    if (news.length > 0) this.#site.send(news)
  }

  problems(): readonly string[] {
    const { error } = this.#site.state
    return error === null ? [] : [`postures over redis: ${error}`]
  }

  counts(): SharedCounts {
    return this.#site.counts()
  }

  #since(change: number): readonly SharedReport[] {
    const { store, gate } = this.#parts
    const found = store.since(change)
    this.#change = Math.max(this.#change, found.change)
    return found.reports
      .map((report) => sharedReport(report, gate))
      .filter((report) => report !== null)
  }

  #hear(entry: SharedReport): void {
    const { store, register, rules } = this.#parts
    const taken = hearReport(entry, { store, register: register(), rules: rules() })
    if (taken.ok) this.#heard.set(entry.device, entry.at)
    // Its enrolment is an entry of the ledger, which comes on a way of its own.
    else if (taken.reason === 'unknown_device') this.#waitFor(entry)
    else if (!NO_NEWS.has(taken.reason)) store.countRefusal(`heard_${taken.reason}`)
  }

  #waitFor(entry: SharedReport): void {
    if (this.#pending.size < MAX_PENDING || this.#pending.has(entry.device))
      this.#pending.set(entry.device, entry)
  }
}

/** This gate has it, or a newer one. */
const NO_NEWS: ReadonlySet<string> = new Set(['replayed', 'out_of_order'])
