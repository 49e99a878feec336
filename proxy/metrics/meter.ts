/**
 * Counters of one thread. A cell is a plain object that the hot path increments (`cell.n += 1`); the
 * control thread asks each thread for a snapshot when `/metrics` is read, and sums them.
 * `prom-client`'s own aggregation is for cluster processes, not for worker threads (stack/STACK.md).
 */
export interface Cell {
  n: number
}

/** Latency in seconds; buckets are upper bounds. */
export interface HistogramCell {
  readonly buckets: readonly number[]
  /** One count per bucket and a last one for everything above; not cumulative. */
  readonly counts: number[]
  sum: number
}

export interface MeterSnapshot {
  readonly cells: readonly (readonly [name: string, labels: Labels, value: number])[]
  readonly histograms: readonly (readonly [
    name: string,
    labels: Labels,
    buckets: readonly number[],
    counts: readonly number[],
    sum: number,
  ])[]
}

export type Labels = Readonly<Record<string, string>>

export class Meter {
  readonly #cells = new Map<string, { name: string; labels: Labels; cell: Cell }>()
  readonly #histograms = new Map<string, { name: string; labels: Labels; cell: HistogramCell }>()

  /** The cell of this name and labels; made on first use, so keep it where speed matters. */
  counter(name: string, labels: Labels = {}): Cell {
    const key = keyOf(name, labels)
    const known = this.#cells.get(key)
    if (known !== undefined) return known.cell
    const cell: Cell = { n: 0 }
    this.#cells.set(key, { name, labels, cell })
    return cell
  }

  histogram(name: string, labels: Labels, buckets: readonly number[]): HistogramCell {
    const key = keyOf(name, labels)
    const known = this.#histograms.get(key)
    if (known !== undefined) return known.cell
    const counts = new Array<number>(buckets.length + 1).fill(0)
    const cell: HistogramCell = { buckets, counts, sum: 0 }
    this.#histograms.set(key, { name, labels, cell })
    return cell
  }

  snapshot(): MeterSnapshot {
    return {
      cells: [...this.#cells.values()].map(({ name, labels, cell }) => [name, labels, cell.n]),
      histograms: [...this.#histograms.values()].map(({ name, labels, cell }) => [
        name,
        labels,
        cell.buckets,
        [...cell.counts],
        cell.sum,
      ]),
    }
  }
}

/** Adds one observation; the buckets are few, so a linear search beats a binary one. */
export function observe(cell: HistogramCell, seconds: number): void {
  let bucket = 0
  while (bucket < cell.buckets.length && seconds > (cell.buckets[bucket] ?? Infinity)) bucket += 1
  cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1
  cell.sum += seconds
}

function keyOf(name: string, labels: Labels): string {
  const parts = Object.keys(labels)
    .sort()
    .map((label) => `${label}=${labels[label] ?? ''}`)
  return `${name}{${parts.join(',')}}`
}
