import { ownQuery } from './own-query.ts'
import type { OwnQuery } from './own-query.ts'
import { wireNameOf } from './wire/names.ts'
import { TYPE_A, TYPE_AAAA } from './wire/numbers.ts'

/** A host that stands in for others, and what is asked about it. */
export class SafeHost {
  /** In wire form. */
  readonly name: Uint8Array
  readonly #a: OwnQuery
  readonly #aaaa: OwnQuery

  constructor(host: string) {
    this.name = wireNameOf(host)
    this.#a = ownQuery(this.name, TYPE_A)
    this.#aaaa = ownQuery(this.name, TYPE_AAAA)
  }

  /** What to ask for to answer a question of this type; null where the host's own records have no say. */
  queryOf(type: number): OwnQuery | null {
    if (type === TYPE_A) return this.#a
    return type === TYPE_AAAA ? this.#aaaa : null
  }
}

/** Safe hosts by name: the table of engines has a dozen, so what was made once is kept. */
export class SafeHosts {
  readonly #known = new Map<string, SafeHost>()

  at(host: string): SafeHost {
    let known = this.#known.get(host)
    if (known === undefined) {
      known = new SafeHost(host)
      this.#known.set(host, known)
    }
    return known
  }
}
