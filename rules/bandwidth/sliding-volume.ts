/** Parts of the window: a sum is at most one of them too long, 7 %. */
const PARTS = 15

/** What one device has used in the last minutes, as a sum over fifteen parts of them: 15 numbers a device. */
export class SlidingVolume {
  readonly #partMs: number
  readonly #parts = new Float64Array(PARTS)
  #part = 0
  #sum = 0

  constructor(windowMs: number) {
    this.#partMs = windowMs / PARTS
  }

  /** The octets of the window that ends at `now` (epoch ms), those just seen included. */
  add(octets: number, now: number): number {
    const part = Math.floor(now / this.#partMs)
    // A clock that was set back: what was counted then is not of this window.
    const passed = part < this.#part ? PARTS : Math.min(part - this.#part, PARTS)
    for (let i = 1; i <= passed; i += 1) this.#forget((part - passed + i) % PARTS)
    this.#part = part
    const at = part % PARTS
    this.#parts[at] = (this.#parts[at] ?? 0) + octets
    this.#sum += octets
    return this.#sum
  }

  #forget(at: number): void {
    this.#sum -= this.#parts[at] ?? 0
    this.#parts[at] = 0
  }
}
