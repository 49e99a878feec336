import type { GateStatus } from '../dashboard/server/school.ts'
import type { Endpoint } from '../proxy/config.ts'

/** A gate on this machine answers in a millisecond; a page must not wait for one that is down. */
const ANSWER_MS = 1_000

/** What `/readyz` and `/metrics` of a gate say; null where it has none, or does not answer. */
export async function readGate(listen: Endpoint | null): Promise<GateStatus | null> {
  if (listen === null) return null
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host
  const ask = (path: string): Promise<Response> =>
    fetch(`http://${host}:${listen.port}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) })
  try {
    const [ready, metrics] = await Promise.all([ask('/readyz'), ask('/metrics')])
    const { degraded = [] } = (await ready.json()) as { degraded?: readonly string[] }
    return { ready: ready.ok, degraded, metrics: sumsOf(await metrics.text()) }
  } catch {
    return null
  }
}

/** The series of ours by name and labels; histograms' buckets are for Grafana. */
function sumsOf(text: string): Record<string, number> {
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('schoolgate_') && !line.includes('_bucket{'))
    .map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))] as const
    })
  return Object.fromEntries(rows)
}
