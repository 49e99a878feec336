import type { PresenceEntry } from '../../records/presence/presence-store.ts'

/** Two gates whose registers differ could answer each other for ever; what is open then, the next sighting settles. */
const MAX_ANSWERS = 3
const ANSWERS_MS = 120_000

interface Told {
  at: number
  expires: number
  gate: string
  answers: number
  answeredSince: number
}

/**
 * When something was last told of each address, by whomever: what is told next is later, whatever the clocks
 * of the gates say.
 */
export class SiteTimes {
  readonly #told = new Map<string, Told>()

  told({ address, at, expires, gate }: PresenceEntry): void {
    const known = this.#told.get(address)
    if (known === undefined)
      this.#told.set(address, { at, expires, gate, answers: 0, answeredSince: 0 })
    else if (at > known.at) Object.assign(known, { at, expires, gate })
  }

  /** The time of the next entry of an address. */
  next(address: string, now: number): number {
    return Math.max(now, (this.#told.get(address)?.at ?? 0) + 1)
  }

  /** Whether nothing later is known, and this was told by whoever told that. */
  isLast({ address, at, gate }: PresenceEntry): boolean {
    const known = this.#told.get(address)
    return known?.at === at && known.gate === gate
  }

  /** Whether an entry of the address may be answered now; counts the answer. */
  mayAnswer(address: string, now: number): boolean {
    const known = this.#told.get(address)
    if (known === undefined) return true
    if (Math.abs(now - known.answeredSince) > ANSWERS_MS) {
      known.answers = 0
      known.answeredSince = now
    }
    known.answers += 1
    return known.answers <= MAX_ANSWERS
  }

  forget(now: number): void {
    for (const [address, { expires }] of this.#told) if (expires <= now) this.#told.delete(address)
  }
}
