import type { ChainFault } from '../ledger/chain.ts'
import type { LedgerEntry } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { draftOf, EMPTY_REGISTER, foldEntry } from './register.ts'
import { snapshotRows, textOfRegister } from './snapshots.ts'

/**
 * Holds the snapshots that a start would believe against what the entries add up to, while somebody
 * else reads the chain from entry 1 on. Costs nothing where there is no snapshot, or none is left.
 */
export class SnapshotAudit {
  readonly #ledger: Ledger
  readonly #draft = draftOf(EMPTY_REGISTER)
  /** Of entries that are still in the chain, nearest last. */
  readonly #pending: { readonly seq: number; readonly text: string | undefined }[]
  #fault: ChainFault | undefined

  constructor(ledger: Ledger) {
    this.#ledger = ledger
    this.#pending = snapshotRows(ledger).toReversed()
  }

  /** Each proven entry, in order. */
  see(entry: LedgerEntry): void {
    const next = this.#pending.at(-1)
    if (next === undefined) return
    try {
      foldEntry(this.#draft, entry, (hash) => this.#ledger.findDocument(hash))
    } catch (error) {
      this.#stop({
        seq: entry.seq,
        message: error instanceof Error ? error.message : String(error),
      })
      return
    }
    if (entry.seq !== next.seq) return
    this.#pending.pop()
    if (next.text !== undefined && next.text !== textOfRegister(this.#draft)) {
      const message = `the snapshot kept at entry ${entry.seq} is not what the entries add up to`
      this.#stop({ seq: entry.seq, message })
    }
  }

  /** The first that was found. */
  get fault(): ChainFault | undefined {
    return this.#fault
  }

  #stop(fault: ChainFault): void {
    this.#fault = fault
    this.#pending.length = 0
  }
}
