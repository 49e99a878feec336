import { createHmac, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { encodeCrockford } from '../crockford.ts'

/** Which name a person goes by depends on who looks: two that compare their screens learn nothing. */
export interface ViewerClass {
  /** Names are shown. */
  readonly isNamed: boolean
  /** The role, for the pseudonyms of that role. */
  readonly name: string
}

/** Who sees names (issue 3 section 4). Everybody else, and every role there will be, sees pseudonyms. */
const NAMED_ROLES: ReadonlySet<string> = new Set(['dsl', 'deputy_dsl', 'head'])

export function viewerOf(role: string): ViewerClass {
  return { isNamed: NAMED_ROLES.has(role), name: role }
}

/** A school term: pseudonyms are the same within one and can't be joined over two. */
export interface Term {
  readonly name: string
  /** Epoch ms; `to` is not included. */
  readonly from: number
  readonly to: number
}

/** First months of the autumn, spring and summer term; a half-term or INSET day more or less does not matter here. */
const TERM_MONTHS = [
  { name: 'spring', first: 0, months: 3 },
  { name: 'summer', first: 3, months: 5 },
  { name: 'autumn', first: 8, months: 4 },
] as const

/** The term that holds `at` (epoch ms), by UTC months. */
export function termAt(at: number): Term {
  const date = new Date(at)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const term = TERM_MONTHS.findLast(({ first }) => first <= month) ?? TERM_MONTHS[0]
  return {
    name: `${year}-${term.name}`,
    from: Date.UTC(year, term.first),
    to: Date.UTC(year, term.first + term.months),
  }
}

/** 40 bits are eight letters; among some thousand people two that share them are a chance of 1 in 10^6. */
const PSEUDONYM_OCTETS = 5

/** Makes the pseudonyms that viewers without names see; `key` is `readOrCreateKey(directory, 'viewer')`. */
export class ViewerPseudonyms {
  readonly #key: KeyObject

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key)
  }

  /** `P-XXXX-XXXX` for a person, `D-XXXX-XXXX` for a device. */
  of(what: 'P' | 'D', value: string, viewer: ViewerClass, term: Term): string {
    const message = JSON.stringify([what, value, viewer.name, term.name])
    const digest = createHmac('sha256', this.#key).update(message).digest()
    const letters = encodeCrockford(digest.subarray(0, PSEUDONYM_OCTETS))
    return `${what}-${letters.slice(0, 4)}-${letters.slice(4)}`
  }
}
