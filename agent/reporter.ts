import type { PostureFacts } from '../rules/posture/posture-report.ts'

/** How often the loop looks at the clock: the time in which it notices that the machine has slept. */
export const TICK_MS = 5_000

/** A tick that comes so late was a sleep; one that is merely late on a busy machine was not. */
const SLEPT_MS = 30_000

/** Reports of a whole school that came back from a break must not arrive in one second. */
const JITTER = 0.1

const FIRST_RETRY_MS = 10_000
const LAST_RETRY_MS = 300_000

export type Reason = 'start' | 'schedule' | 'woke' | 'change' | 'retry'

export interface ReporterParts {
  readonly collect: () => Promise<PostureFacts>
  /** False where the server did not take it, for whatever reason. */
  readonly send: (facts: PostureFacts, reason: Reason) => Promise<boolean>
  readonly reportEveryMs: number
  /** How often a change is looked for between reports. */
  readonly lookEveryMs: number
  /** At least 0 and below 1. */
  readonly random: () => number
}

/**
 * When this device reports: at its start and after sleep at once, on a schedule with jitter, when something
 * changed, and again, later and later, while the server does not take it.
 */
export class Reporter {
  readonly #parts: ReporterParts
  #reportAt = -Infinity
  #lookAt = Infinity
  #ticked: number | null = null
  #told: string | null = null
  #failures = 0

  constructor(parts: ReporterParts) {
    this.#parts = parts
  }

  /** What is due at `now`, epoch ms, is done. The reason of the report that was sent, else null. */
  async tick(now: number): Promise<Reason | null> {
    const reason = this.#due(now)
    this.#ticked = now
    if (reason !== null) return this.#report(await this.#parts.collect(), reason, now)
    if (now < this.#lookAt) return null
    this.#lookAt = now + this.#parts.lookEveryMs
    const facts = await this.#parts.collect()
    return JSON.stringify(facts) === this.#told ? null : this.#report(facts, 'change', now)
  }

  #due(now: number): Reason | null {
    if (this.#ticked === null) return 'start'
    // The clock may have been set back, too: a schedule far ahead would be a long silence.
    const gap = now - this.#ticked
    if (gap > SLEPT_MS || gap < 0) return 'woke'
    if (now < this.#reportAt) return null
    return this.#failures > 0 ? 'retry' : 'schedule'
  }

  async #report(facts: PostureFacts, reason: Reason, now: number): Promise<Reason> {
    const { send, reportEveryMs, lookEveryMs, random } = this.#parts
    const taken = await send(facts, reason)
    this.#lookAt = now + lookEveryMs
    if (taken) {
      this.#failures = 0
      this.#told = JSON.stringify(facts)
      this.#reportAt = now + reportEveryMs * (1 - JITTER * random())
    } else {
      const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures)
      this.#failures += 1
      this.#reportAt = now + wait * (1 - JITTER * random())
    }
    return reason
  }
}
