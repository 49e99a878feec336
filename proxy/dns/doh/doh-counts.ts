import type { Cell, Meter } from '../../metrics/meter.ts'

/** What became of a request or a connection that asked for DNS over HTTPS. */
const OUTCOMES = [
  'answered',
  'bad_request',
  'not_found',
  'unknown_token',
  'revoked_token',
  'method',
  'too_large',
  'media_type',
  'too_many',
  'timeout',
  'fault',
  /** Connections: no limit had room for them, no TLS, no HTTP. */
  'turned_away',
  'no_tls',
  'broken',
] as const
export type DohOutcome = (typeof OUTCOMES)[number]

/** All are there from the start, so that an alert rule sees a zero and not a gap. */
export class DohCounts {
  readonly #cells: Readonly<Record<DohOutcome, Cell>>

  constructor(meter: Meter) {
    const cellOf = (outcome: DohOutcome): Cell =>
      meter.counter('schoolgate_doh_requests_total', { outcome })
    const cells = OUTCOMES.map((outcome) => [outcome, cellOf(outcome)] as const)
    this.#cells = Object.fromEntries(cells) as Record<DohOutcome, Cell>
  }

  count(outcome: DohOutcome): void {
    this.#cells[outcome].n += 1
  }
}
