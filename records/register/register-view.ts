import type { Ledger } from '../ledger/ledger.ts'
import { EMPTY_REGISTER, fold, type Register, type TextOf } from './register.ts'

/** The register of a ledger: as it is now, read on from where it was last read, and as it was. */
export class RegisterView {
  readonly #ledger: Ledger
  readonly #textOf: TextOf
  #register = EMPTY_REGISTER

  constructor(ledger: Ledger) {
    this.#ledger = ledger
    this.#textOf = (hash) => ledger.findDocument(hash)
  }

  /** Reads what was appended since, by whatever process; the same object when nothing was. Throws `LedgerBroken`. */
  current(): Register {
    if (this.#ledger.head().hash !== this.#register.headHash) {
      const news = this.#ledger.entries(this.#register.headSeq)
      this.#register = fold(news, this.#textOf, this.#register)
    }
    return this.#register
  }

  /** The register right after entry `seq`. */
  after(seq: number): Register {
    return fold(this.#ledger.entries(0, seq), this.#textOf)
  }

  /** The register as it was at `at` (epoch ms, gate time). */
  at(at: number): Register {
    return this.after(this.#ledger.seqAt(at))
  }
}
