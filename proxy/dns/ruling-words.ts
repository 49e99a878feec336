import type { Decider } from '../../rules/decider.ts'
import { extendedErrorOf, type Ruling } from '../../rules/verdict.ts'
import { extendedErrorText } from './wire/refusals.ts'

/** An extended error (RFC 8914): its info-code and its words as UTF-8. */
export interface RulingWords {
  readonly code: number
  readonly text: Uint8Array
}

/** Extended errors in words, made once for a ruling; of one engine only, because another numbers anew. */
export class WordsOfRulings {
  #words: (RulingWords | undefined)[] = []
  #engine: Decider | null = null

  /** Equal object for an equal ruling: nothing is allocated for one that was asked for before. */
  of(engine: Decider, ruling: Ruling): RulingWords {
    if (this.#engine !== engine) {
      this.#engine = engine
      this.#words = []
    }
    const known = this.#words[ruling.index]
    if (known !== undefined) return known
    const text = extendedErrorText(`${ruling.reasonCode ?? 'default'}: ${ruling.cause}`)
    const words = { code: extendedErrorOf(ruling), text }
    this.#words[ruling.index] = words
    return words
  }
}
