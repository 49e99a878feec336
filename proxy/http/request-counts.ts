import type { Decider } from '../../rules/decider.ts'
import type { Ruling } from '../../rules/verdict.ts'
import type { Cell, Meter } from '../metrics/meter.ts'

/** Where a request was answered: relayed, tunnelled, or by the page service. */
export type RequestKind = 'http' | 'connect' | 'page'

/**
 * `schoolgate_http_requests_total{kind,verdict,reason}`. Rulings are interned per engine, so a request
 * finds its cell by number; the label strings are put together once per ruling.
 */
export class RequestCounts {
  readonly #meter: Meter
  #engine: Decider | null = null
  #cells: Record<RequestKind, (Cell | undefined)[]> = { http: [], connect: [], page: [] }

  constructor(meter: Meter) {
    this.#meter = meter
  }

  count(kind: RequestKind, ruling: Ruling, engine: Decider): void {
    if (engine !== this.#engine) {
      this.#engine = engine
      this.#cells = { http: [], connect: [], page: [] }
    }
    const cell = (this.#cells[kind][ruling.index] ??= this.#cellOf(kind, ruling))
    cell.n += 1
  }

  /** For refusals that no engine ruled. */
  countOther(kind: RequestKind, ruling: Ruling): void {
    this.#cellOf(kind, ruling).n += 1
  }

  #cellOf(kind: RequestKind, ruling: Ruling): Cell {
    return this.#meter.counter('schoolgate_http_requests_total', {
      kind,
      verdict: ruling.action,
      reason: ruling.reasonCode ?? 'none',
    })
  }
}
