/** A NAS gives up after some tries of a few seconds each; then its number may mean another packet. */
const REMEMBERED_MS = 30_000

/** Two minutes at 2,000 packets a second would be 240,000; of these only the last half minute's matter. */
const MAX_REMEMBERED = 65_536

interface Remembered {
  readonly answer: Buffer
  readonly at: number
}

/**
 * Packets that were answered lately (RFC 5080 section 2.2.2): one that is sent again, because its answer was
 * lost, gets the same answer and has no second effect.
 */
export class Repeats {
  readonly #answers = new Map<string, Remembered>()

  /** The answer that this very packet of this sender got; null for a new one. `now` in ms, monotonic. */
  answerTo(packet: string, now: number): Buffer | null {
    const known = this.#answers.get(packet)
    return known !== undefined && now - known.at < REMEMBERED_MS ? known.answer : null
  }

  remember(packet: string, answer: Buffer, now: number): void {
    this.#answers.delete(packet)
    this.#answers.set(packet, { answer, at: now })
    for (const [oldest, { at }] of this.#answers) {
      if (this.#answers.size <= MAX_REMEMBERED && now - at < REMEMBERED_MS) return
      this.#answers.delete(oldest)
    }
  }
}
