import { METRICS } from './metric-catalogue.ts'
import type { MetricName } from './metric-catalogue.ts'
import type { Labels, MeterSnapshot } from './meter.ts'

/** `prom-client` names the same type for its own page, so that the two can be joined. */
export const EXPOSITION_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * The text format of Prometheus (version 0.0.4) for what the catalogue declares; series of undeclared
 * names are left out, because a page with a type-less series fails `promtool check metrics` as a whole.
 */
export function writeExposition(snapshot: MeterSnapshot): string {
  const series = linesByMetric(snapshot)
  return (Object.keys(METRICS) as MetricName[])
    .filter((name) => series.has(name))
    .map((name) => `${writeHead(name)}${(series.get(name) ?? []).toSorted().join('')}`)
    .join('')
}

function writeHead(name: MetricName): string {
  const { help, type } = METRICS[name]
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

/** Each histogram is one piece of text, so that sorting can't tear its buckets apart. */
function linesByMetric(snapshot: MeterSnapshot): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>()
  const add = (name: string, text: string) => {
    const known = lines.get(name)
    if (known === undefined) lines.set(name, [text])
    else known.push(text)
  }
  for (const [name, labels, value] of snapshot.cells) add(name, writeSeries(name, labels, value))
  for (const row of snapshot.histograms) add(row[0], writeHistogram(row))
  return lines
}

function writeHistogram(row: MeterSnapshot['histograms'][number]): string {
  const [name, labels, buckets, counts, sum] = row
  let cumulative = 0
  let text = ''
  for (const [index, count] of counts.entries()) {
    cumulative += count
    const bound = buckets[index] ?? Infinity
    const le = bound === Infinity ? '+Inf' : `${bound}`
    text += writeSeries(`${name}_bucket`, { ...labels, le }, cumulative)
  }
  return (
    text +
    writeSeries(`${name}_sum`, labels, sum) +
    writeSeries(`${name}_count`, labels, cumulative)
  )
}

function writeSeries(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
