import { METRICS } from '../../proxy/metrics/metric-catalogue.ts'
import type { MetricSpec } from '../../proxy/metrics/metric-catalogue.ts'

/** Labels that Prometheus itself adds to every series. */
const SCRAPE_LABELS: readonly string[] = ['job', 'instance', 'le']

/** Names of our metrics in a PromQL expression, `_bucket` and its like taken off. */
export function metricsIn(expression: string): readonly string[] {
  const names = [...expression.matchAll(/\bschoolgate_[a-z_]+/g)].map(([name]) => baseOf(name))
  return [...new Set(names)]
}

/** What is wrong with an expression by the catalogue: unknown metrics, unknown labels. */
export function faultsOf(expression: string): readonly string[] {
  const names = metricsIn(expression)
  const unknown = names.filter((name) => specOf(name) === undefined).map((name) => `no \`${name}\``)
  const labels = new Set(names.flatMap((name) => specOf(name)?.labels ?? []))
  const strangers = labelsIn(expression)
    .filter((label) => !labels.has(label) && !SCRAPE_LABELS.includes(label))
    .map((label) => `no label \`${label}\` on ${names.join(', ')}`)
  return [...unknown, ...strangers]
}

function labelsIn(expression: string): readonly string[] {
  const matchers = [...expression.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)\s*"/g)]
  const groups = [...expression.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)]
  return [
    ...matchers.map(([, label]) => label ?? ''),
    ...groups.flatMap(([, list]) => (list ?? '').split(',').map((label) => label.trim())),
  ]
}

function specOf(name: string): MetricSpec | undefined {
  return (METRICS as Readonly<Record<string, MetricSpec>>)[name]
}

function baseOf(name: string): string {
  const base = name.replace(/_(?:bucket|sum|count)$/, '')
  return specOf(base)?.type === 'histogram' ? base : name
}
