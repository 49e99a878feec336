import type { Ruling } from '../../rules/verdict.ts'
import type { Cell, Meter } from './meter.ts'

/**
 * `schoolgate_decisions_total{stage,reason}`, over all protocols. Rulings are interned, so the object
 * itself finds its cell; the labels are put together once per ruling.
 */
export class DecisionCounts {
  readonly #meter: Meter
  #cells = new Map<Ruling, Cell>()

  constructor(meter: Meter) {
    this.#meter = meter
  }

  /** Allocates only for a ruling not seen since the last `forget`. */
  count(ruling: Ruling): void {
    const cell = this.#cells.get(ruling) ?? this.#cellOf(ruling)
    cell.n += 1
  }

  /** Call when a new revision is in force: its rulings are other objects, and the old ones garbage. */
  forget(): void {
    this.#cells = new Map()
  }

  #cellOf(ruling: Ruling): Cell {
    const reason = ruling.reasonCode ?? 'none'
    const labels = { stage: ruling.stage, reason }
    const cell = this.#meter.counter('schoolgate_decisions_total', labels)
    this.#cells.set(ruling, cell)
    return cell
  }
}
