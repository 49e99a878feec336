import type { Ledger } from '../ledger/ledger.ts'
import type { TextOf } from './projection.ts'
import { EMPTY_REGISTER, fold, type Register } from './register.ts'
import { loadSnapshot, saveSnapshot, SNAPSHOT_EVERY } from './snapshots.ts'

/** The register of a ledger: as it is now, read on from where it was last read, and as it was. */
export class RegisterView {
  readonly #ledger: Ledger
  readonly #textOf: TextOf
  #register = EMPTY_REGISTER
  /** The entry whose register is kept in the file, as far as this view knows. */
  #keptSeq = 0

  constructor(ledger: Ledger) {
    this.#ledger = ledger
    this.#textOf = (hash) => ledger.findDocument(hash)
  }

  /** Reads what was appended since, by whatever process; the same object when nothing was. Throws `LedgerBroken`. */
  current(): Register {
    if (this.#ledger.head().hash !== this.#register.headHash) {
      if (this.#mustStart()) {
        this.#register = loadSnapshot(this.#ledger)
        this.#keptSeq = this.#register.headSeq
      }
      const news = this.#ledger.entries(this.#register.headSeq)
      this.#register = fold(news, this.#textOf, this.#register)
    }
    return this.#register
  }

  /** Nothing read yet, or the branch of the chain that was read has given way to a longer one. */
  #mustStart(): boolean {
    const { headSeq: seq, headHash: hash } = this.#register
    return (
      seq === 0 ||
      (this.#ledger.wasSetAside({ seq, hash }) && !this.#ledger.isLinkedAt({ seq, hash }))
    )
  }

  /** The register right after entry `seq`. */
  after(seq: number): Register {
    const from = loadSnapshot(this.#ledger, seq)
    return fold(this.#ledger.entries(from.headSeq, seq), this.#textOf, from)
  }

  /** The register as it was at `at` (epoch ms, gate time). */
  at(at: number): Register {
    return this.after(this.#ledger.seqAt(at))
  }

  /** Keeps the register for the next start when many entries came since; for a writer, now and then. */
  tick(): void {
    if (this.current().headSeq - this.#keptSeq >= SNAPSHOT_EVERY) this.keep()
  }

  /** Keeps the register for the next start; at a stop, before the ledger is closed. */
  keep(): void {
    const register = this.current()
    if (register.headSeq === this.#keptSeq) return
    saveSnapshot(this.#ledger.db, register)
    this.#keptSeq = register.headSeq
  }
}
