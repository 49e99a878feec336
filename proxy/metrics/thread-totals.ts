import { findMetric } from './metric-catalogue.ts'
import type { MeterSnapshot } from './meter.ts'

/**
 * Sums the counters of threads that come and go. Prometheus takes a falling counter for a restart and
 * would count everything anew, so what a dead thread counted stays in the sum; its gauges
 * (open tunnels, cache entries) died with it.
 */
export class ThreadTotals {
  #dead: MeterSnapshot = EMPTY
  /** A thread may die while a round waits for the others, and be in both: it is counted once. */
  readonly #retired = new WeakSet<MeterSnapshot>()

  /** Keeps the last words of a thread that is gone; null where it never said any. */
  retire(last: MeterSnapshot | null): void {
    if (last === null) return
    this.#retired.add(last)
    this.#dead = sumSnapshots([this.#dead, withoutGauges(last)])
  }

  /** Everything counted so far, `living` being the latest snapshot of each thread. */
  sum(living: readonly MeterSnapshot[]): MeterSnapshot {
    return sumSnapshots([this.#dead, ...living.filter((snapshot) => !this.#retired.has(snapshot))])
  }
}

const EMPTY: MeterSnapshot = { cells: [], histograms: [] }

function withoutGauges(snapshot: MeterSnapshot): MeterSnapshot {
  return {
    cells: snapshot.cells.filter(([name]) => findMetric(name)?.type !== 'gauge'),
    histograms: snapshot.histograms,
  }
}

type CellRow = MeterSnapshot['cells'][number]
type HistogramRow = MeterSnapshot['histograms'][number]

function sumSnapshots(snapshots: readonly MeterSnapshot[]): MeterSnapshot {
  const cells = new Map<string, CellRow>()
  const histograms = new Map<string, HistogramRow>()
  for (const snapshot of snapshots) {
    for (const row of snapshot.cells) addCell(cells, row)
    for (const row of snapshot.histograms) addHistogram(histograms, row)
  }
  return { cells: [...cells.values()], histograms: [...histograms.values()] }
}

function addCell(sums: Map<string, CellRow>, [name, labels, value]: CellRow): void {
  const key = seriesKey(name, labels)
  sums.set(key, [name, labels, value + (sums.get(key)?.[2] ?? 0)])
}

function addHistogram(sums: Map<string, HistogramRow>, row: HistogramRow): void {
  const [name, labels, buckets, counts, sum] = row
  const key = seriesKey(name, labels)
  const known = sums.get(key)
  if (known === undefined) {
    sums.set(key, row)
    return
  }
  // INVARIANT: one metric has the same buckets in every thread; they run the same code.
  const added = counts.map((count, index) => count + (known[3][index] ?? 0))
  sums.set(key, [name, labels, buckets, added, sum + known[4]])
}

function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(labels).toSorted()])
}
