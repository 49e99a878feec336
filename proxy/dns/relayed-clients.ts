import type { TrustedRelays } from '../clients/relays/trusted-relays.ts'
import { isSelfTestAddress } from '../self-test/stand-in.ts'
import { readClientOption, type ClientOption } from './wire/client-option.ts'
import type { Question } from './wire/question.ts'

/**
 * Whose question it is that a server passes on, where its options say so and it is trusted to. Asked only
 * of questions with such an option. An upstream never sees one: queries to it are written anew.
 */
export class RelayedClients {
  readonly #relays: TrustedRelays

  constructor(relays: TrustedRelays) {
    this.#relays = relays
  }

  /** The client's address; `from` where nobody is named, or by somebody who is no relay of ours. */
  clientOf(query: Uint8Array, question: Question, from: string): string {
    return this.#relays.has(from) ? (this.#named(query, question).address ?? from) : from
  }

  /** Counts a question, once. */
  count(query: Uint8Array, question: Question, from: string): void {
    const relays = this.#relays
    if (!relays.has(from)) relays.ignored.n += 1
    else {
      const named = this.#named(query, question)
      if (named.address !== null) relays.taken.n += 1
      else if (named.isMalformed) relays.malformed.n += 1
      else relays.unnamed.n += 1
    }
  }

  #named(query: Uint8Array, { optionsFrom, optionsEnd }: Question): ClientOption {
    const read = readClientOption(query, optionsFrom, optionsEnd)
    const isSelfTest = read.address !== null && isSelfTestAddress(read.address)
    return isSelfTest ? { address: null, isMalformed: true } : read
  }
}
