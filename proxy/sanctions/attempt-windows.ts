/** Whoever tries most recently is known; a whole school at it is no school that this would help. */
const MAX_SUBJECTS = 10_000

/** As many as a policy may ask for (`sanctions.bypass.count`); more change nothing. */
const MAX_ATTEMPTS = 1_000

interface Subject {
  /** When, by what tells one attempt from another. */
  readonly attempts: Map<string, number>
  /** Up to then attempts have had their consequence. */
  settledAt: number
}

/** Attempts of each person or device within the last so many minutes. */
export class AttemptWindows {
  readonly #subjects = new Map<string, Subject>()

  /** How many there are within `withinMs` of `at` (epoch ms), this one with them; the same one counts once. */
  note(
    who: string,
    attempt: { readonly id: string; readonly at: number },
    withinMs: number,
  ): number {
    const subject = this.#subjects.get(who) ?? {
      attempts: new Map<string, number>(),
      settledAt: -Infinity,
    }
    this.#subjects.delete(who)
    this.#subjects.set(who, subject)
    const [oldest] = this.#subjects.keys()
    if (this.#subjects.size > MAX_SUBJECTS && oldest !== undefined) this.#subjects.delete(oldest)
    const { attempts, settledAt } = subject
    if (attempt.at > settledAt && !attempts.has(attempt.id) && attempts.size < MAX_ATTEMPTS)
      attempts.set(attempt.id, attempt.at)
    for (const [id, at] of attempts) if (at <= attempt.at - withinMs) attempts.delete(id)
    return attempts.size
  }

  /** What there was up to `at` has had its consequence. */
  settle(who: string, at: number): void {
    const subject = this.#subjects.get(who)
    if (subject === undefined) return
    subject.attempts.clear()
    subject.settledAt = at
  }
}
