/** Wrong codes of one source in a window; a person who mistypes needs three. */
const GUESSES_OF_ONE = 10
/** Of all sources together: what a school full of attackers may try. 80 bits stand behind it. */
const GUESSES_OF_ALL = 300
const WINDOW_MS = 15 * 60_000

/** More sources than this in a window are an attack from many addresses, which the common limit meets. */
const MAX_SOURCES = 4096

/** Stops whoever tries codes: some wrong ones from an address, and it waits. Times are epoch ms. */
export class GuessLimit {
  readonly #wrong = new Map<string, number>()
  #all = 0
  #windowEnds = 0

  /** Whether `source` has to wait. */
  isOver(source: string, now: number): boolean {
    this.#roll(now)
    return this.#all >= GUESSES_OF_ALL || (this.#wrong.get(source) ?? 0) >= GUESSES_OF_ONE
  }

  /** A wrong code came from `source`. */
  count(source: string, now: number): void {
    this.#roll(now)
    this.#all += 1
    const wrong = this.#wrong.get(source)
    if (wrong !== undefined || this.#wrong.size < MAX_SOURCES)
      this.#wrong.set(source, (wrong ?? 0) + 1)
  }

  /** A clock that was set back begins a window, too: nobody waits for a time that has passed. */
  #roll(now: number): void {
    if (now < this.#windowEnds && now >= this.#windowEnds - WINDOW_MS) return
    this.#windowEnds = now + WINDOW_MS
    this.#wrong.clear()
    this.#all = 0
  }
}
