import type { ListLine } from '../list-line.ts'
import { rpzRuleOf } from './rpz-rule.ts'
import { ZoneText } from './zone-text.ts'

/**
 * Reads a response policy zone line by line as a list. The first SOA's owner is the zone's apex; rules
 * before it would be below nobody knows what, and a zone file begins with its SOA.
 */
export class ZoneLines {
  readonly #text = new ZoneText()
  #apex: string | null = null
  #isEnded = false

  read(line: string): ListLine {
    const record = this.#text.read(line)
    if (record === null) return { kind: 'nothing' }
    if (typeof record === 'string') return { kind: 'problem', message: record }
    if (record.type === 'SOA') return this.#begin(record.owner)
    // Behind the second SOA (a transfer ends with it) nothing belongs to the zone.
    if (this.#isEnded) return { kind: 'problem', message: 'a record behind the end of the zone' }
    if (this.#apex === null) {
      return { kind: 'problem', message: 'a record before the SOA: no response policy zone' }
    }
    return rpzRuleOf(record, this.#apex)
  }

  /** What is wrong with the zone as a whole, when all lines have been read; null for nothing. */
  finish(): string | null {
    if (this.#apex === null) return 'no SOA record: not a zone'
    return this.#text.finish()
  }

  #begin(owner: string): ListLine {
    if (this.#apex === null) this.#apex = owner
    else this.#isEnded = true
    return { kind: 'nothing' }
  }
}
