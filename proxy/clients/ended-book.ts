import { isEndedBy, MAX_ENDED, type EndedEvidence } from '../../rules/identity/ended-evidence.ts'
import type { Sighting } from '../../rules/identity/sighting.ts'

/** What sources took back, by address, for as long as another gate could still believe it; bounded. */
export class EndedBook {
  readonly #byAddress = new Map<string, readonly EndedEvidence[]>()
  readonly #maxAddresses: number

  constructor(maxAddresses: number) {
    this.#maxAddresses = maxAddresses
  }

  /** False for what was known, or ends nothing any more. */
  note(address: string, ended: EndedEvidence, now: number): boolean {
    const known = this.at(address, now)
    const isKnown = known.some((one) => isSameKind(one, ended) && one.at >= ended.at)
    if (ended.until <= now || isKnown) return false
    const others = known.filter((one) => !isSameKind(one, ended))
    // The newest, so that all gates of a site forget the same.
    const newest = [...others, ended].sort((a, b) => a.at - b.at).slice(-MAX_ENDED)
    this.#byAddress.delete(address)
    this.#byAddress.set(address, newest)
    const [oldest] = this.#byAddress.keys()
    if (this.#byAddress.size > this.#maxAddresses && oldest !== undefined)
      this.#byAddress.delete(oldest)
    return true
  }

  at(address: string, now: number): readonly EndedEvidence[] {
    return this.#byAddress.get(address)?.filter(({ until }) => until > now) ?? []
  }

  /** Whether the sighting was taken back at the address, later than it says it was so. */
  covers(address: string, sighting: Sighting): boolean {
    return this.#byAddress.get(address)?.some((ended) => isEndedBy(ended, sighting)) ?? false
  }

  prune(now: number): void {
    for (const [address, known] of this.#byAddress)
      if (known.every(({ until }) => until <= now)) this.#byAddress.delete(address)
  }
}

function isSameKind(a: EndedEvidence, b: EndedEvidence): boolean {
  return (
    a.source === b.source && a.reporter === b.reporter && a.mac === b.mac && a.device === b.device
  )
}
