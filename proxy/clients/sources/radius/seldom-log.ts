/** One line a minute for each kind of trouble: whoever can send packets could fill the disk with lines. */
const QUIET_MS = 60_000

/** Warnings of foreign doing, told seldom, with how many there were since the last one. */
export class SeldomLog {
  readonly #log: { warn(details: object, message: string): void }
  readonly #now: () => number
  readonly #kinds = new Map<string, { at: number; since: number }>()

  constructor(
    log: { warn(details: object, message: string): void },
    now = () => performance.now(),
  ) {
    this.#log = log
    this.#now = now
  }

  /** `kind` is one of a few of the caller's own, never a foreign word. */
  warn(kind: string, details: object, message: string): void {
    const now = this.#now()
    const known = this.#kinds.get(kind)
    if (known !== undefined && now - known.at < QUIET_MS) {
      known.since += 1
      return
    }
    this.#kinds.set(kind, { at: now, since: 0 })
    this.#log.warn({ ...details, ...(known && { untold: known.since }) }, message)
  }
}
