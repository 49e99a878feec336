import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/** What a trust's first school, its canary, says to the others: which parent it runs on, since when, and how. */
const report = z.strictObject({
  /** SHA-256 of the parent's text, hex; null where the canary's policy extends none. */
  parent: z.string().nullable(),
  /** When the canary took it up, RFC 3339; real time, not a gate's. */
  since: z.iso.datetime(),
  /** When this was written: an old report says nothing of now. */
  written: z.iso.datetime(),
  /** What `/readyz` of the canary names as degraded. */
  alarms: z.array(z.string()),
})
export type CanaryReport = z.infer<typeof report>

/** The report in a file; null while there is none that can be read. */
export function readCanaryReport(path: string): CanaryReport | null {
  try {
    return report.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

/** Writes what holds now; `since` goes on for as long as the parent is the same. Throws where the disk refuses. */
export function writeCanaryReport(
  path: string,
  { parent, alarms }: Pick<CanaryReport, 'parent' | 'alarms'>,
  now: number,
): void {
  const before = readCanaryReport(path)
  const written = new Date(now).toISOString()
  const since = before !== null && before.parent === parent ? before.since : written
  const text = `${JSON.stringify({ parent, since, written, alarms } satisfies CanaryReport)}\n`
  // Renamed into place: the other schools read it whenever they like.
  writeFileSync(`${path}.tmp`, text)
  renameSync(`${path}.tmp`, path)
}
