import type { Decider } from '../../rules/decider.ts'
import type { Ruling } from '../../rules/verdict.ts'
import { observe } from '../metrics/meter.ts'
import type { Cell, HistogramCell, Meter } from '../metrics/meter.ts'

export type DnsTransport = 'udp' | 'tcp' | 'doh'

/** Upper bounds in seconds: a cache hit takes microseconds, a far resolver seconds. */
const LATENCY_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/**
 * The counters of one transport. Rulings are dense numbers, so the cell of a verdict and reason is one
 * array read; building the labels happens once per ruling and engine.
 */
export class QueryCounts {
  readonly #meter: Meter
  readonly #transport: DnsTransport
  readonly #latency: HistogramCell
  readonly malformed: Cell
  readonly faults: Cell
  /** Queries and connections that no limit had room for. */
  readonly turnedAway: Cell
  #engine: Decider | null = null
  #cells: (Cell | undefined)[] = []

  constructor(meter: Meter, transport: DnsTransport) {
    this.#meter = meter
    this.#transport = transport
    this.#latency = meter.histogram('schoolgate_dns_latency_seconds', {}, LATENCY_BUCKETS)
    this.malformed = meter.counter('schoolgate_dns_malformed_total', { transport })
    this.turnedAway = meter.counter('schoolgate_dns_turned_away_total')
    this.faults = meter.counter('schoolgate_dns_faults_total', { transport })
  }

  /** One decided query. Allocates only for a ruling not seen from this engine before. */
  decided(engine: Decider, ruling: Ruling): void {
    if (this.#engine !== engine) {
      // Another engine numbers its rulings anew.
      this.#engine = engine
      this.#cells = []
    }
    const cell = this.#cells[ruling.index] ?? this.#cellOf(ruling)
    cell.n += 1
  }

  /** A query that no subject's policy decides: refused class, canary name. */
  undecided(reason: string): void {
    this.#counter('block', reason).n += 1
  }

  /**
   * Answered in the turn in which it came. That takes microseconds, so it is put in the first bucket
   * without reading a clock, which would cost a tenth of the answer.
   */
  answeredNow(): void {
    this.#latency.counts[0] = (this.#latency.counts[0] ?? 0) + 1
  }

  answeredAfter(seconds: number): void {
    observe(this.#latency, seconds)
  }

  #cellOf(ruling: Ruling): Cell {
    const cell = this.#counter(ruling.action, ruling.reasonCode ?? 'none')
    this.#cells[ruling.index] = cell
    return cell
  }

  #counter(verdict: string, reason: string): Cell {
    return this.#meter.counter('schoolgate_dns_queries_total', {
      transport: this.#transport,
      verdict,
      reason,
    })
  }
}
