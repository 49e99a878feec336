import type { Binding } from '../../rules/identity/binding.ts'

/** One address, or one router's hardware, turned out to speak for several devices. */
export interface SharedNews {
  readonly address: string
  /** Tells two of them apart: the address, or the hardware where that is what is shared. */
  readonly subject: string
  /** The kinds of sources that show it, in words. */
  readonly evidence: string
}

/** Which addresses speak for several devices, so that each is told of once and not at every packet. */
export class SharedAddresses {
  /** Subject by address. */
  readonly #shared = new Map<string, string>()
  readonly #told = new Map<string, number>()
  #noticed = 0

  /** Those that are shared now. */
  get size(): number {
    return this.#shared.size
  }

  /** How often it was noticed since the start. */
  get noticed(): number {
    return this.#noticed
  }

  /** What is known of an address now, null for nothing. Gives news where its subject was not shared before. */
  note(address: string, binding: Binding | null): SharedNews | null {
    const subject = binding === null ? null : subjectOf(binding)
    const before = this.#shared.get(address) ?? null
    if (subject === before) return null
    if (before !== null) this.#forget(address, before)
    if (subject === null || binding === null) return null
    this.#shared.set(address, subject)
    const addresses = (this.#told.get(subject) ?? 0) + 1
    this.#told.set(subject, addresses)
    if (addresses > 1) return null
    this.#noticed += 1
    const sources = new Set(binding.evidence.map(({ source }) => source))
    return { address, subject, evidence: [...sources].join(', ') }
  }

  #forget(address: string, subject: string): void {
    this.#shared.delete(address)
    const left = (this.#told.get(subject) ?? 1) - 1
    if (left === 0) this.#told.delete(subject)
    else this.#told.set(subject, left)
  }
}

/** A router's hardware answers for hundreds of addresses, and is one thing to tell. */
function subjectOf({ address, doubt, mac }: Binding): string | null {
  if (doubt === 'shared_address') return address
  return doubt === 'shared_hardware' ? (mac ?? address) : null
}
