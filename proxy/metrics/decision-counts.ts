import type { Decider } from '../../rules/decider.ts'
import type { Ruling } from '../../rules/verdict.ts'
import type { Cell, Meter } from './meter.ts'

/**
 * `schoolgate_decisions_total{stage,reason}`, over all protocols. Rulings are interned per engine, so a
 * decision finds its cell by number; the labels are put together once per ruling.
 */
export class DecisionCounts {
  readonly #meter: Meter
  #engine: Decider | null = null
  #cells: (Cell | undefined)[] = []

  constructor(meter: Meter) {
    this.#meter = meter
  }

  /** Allocates only for a ruling not seen from this engine before. */
  count(engine: Decider, ruling: Ruling): void {
    if (this.#engine !== engine) {
      // Another engine numbers its rulings anew.
      this.#engine = engine
      this.#cells = []
    }
    const cell = (this.#cells[ruling.index] ??= this.#meter.counter('schoolgate_decisions_total', {
      stage: ruling.stage,
      reason: ruling.reasonCode ?? 'none',
    }))
    cell.n += 1
  }
}
