import type { RefusedVisit } from './gate-pages.ts'

/** What `/why` can tell: enough for "the thing a minute ago", too little for a history of anybody. */
const REMEMBERED_PER_ADDRESS = 10
/** All devices of a large school; the longest silent address goes first. */
const REMEMBERED_ADDRESSES = 4_096

/** The last refusals of each address, in this thread's memory alone. */
export class RefusalMemory {
  readonly #byAddress = new Map<string, RefusedVisit[]>()

  note(address: string, visit: RefusedVisit): void {
    const visits = this.#byAddress.get(address) ?? []
    // A page with forty refused pictures is one thing to ask about.
    if (visits.at(-1)?.blockRef === visit.blockRef) visits.pop()
    visits.push(visit)
    if (visits.length > REMEMBERED_PER_ADDRESS) visits.shift()
    this.#byAddress.delete(address)
    this.#byAddress.set(address, visits)
    if (this.#byAddress.size <= REMEMBERED_ADDRESSES) return
    for (const oldest of this.#byAddress.keys()) {
      this.#byAddress.delete(oldest)
      return
    }
  }

  /** Newest first. */
  recent(address: string): readonly RefusedVisit[] {
    return this.#byAddress.get(address)?.toReversed() ?? []
  }
}

/** One list of several threads' memories. */
export function mergeRecent(lists: readonly (readonly RefusedVisit[])[]): readonly RefusedVisit[] {
  const byRef = new Map<string, RefusedVisit>()
  for (const visit of lists.flat().toSorted((a, b) => a.at - b.at)) byRef.set(visit.blockRef, visit)
  return [...byRef.values()].toSorted((a, b) => b.at - a.at).slice(0, REMEMBERED_PER_ADDRESS)
}
