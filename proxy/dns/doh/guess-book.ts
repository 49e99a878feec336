import { GUESS_WINDOW_MS, MAX_GUESSERS, MAX_GUESSES } from './doh-limits.ts'

/**
 * How many unknown tokens each address has tried of late. A token has 128 bits, so nobody guesses one; what is
 * limited is the work, and the noise in the counters.
 */
export class GuessBook {
  readonly #guesses = new Map<string, { count: number; readonly since: number }>()

  /** Notes one; true while the address may be told that its token is unknown. `now` in ms, never set back. */
  count(address: string, now: number): boolean {
    const known = this.#guesses.get(address)
    if (known !== undefined && now - known.since < GUESS_WINDOW_MS) {
      known.count += 1
      return known.count <= MAX_GUESSES
    }
    this.#guesses.delete(address)
    const [oldest] = this.#guesses.keys()
    if (this.#guesses.size >= MAX_GUESSERS && oldest !== undefined) this.#guesses.delete(oldest)
    this.#guesses.set(address, { count: 1, since: now })
    return true
  }
}
