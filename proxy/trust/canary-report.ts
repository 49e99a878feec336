import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/** A copy of a fetched list that the canary has, or had and did not take back; and since when. */
const copy = z.strictObject({ digest: z.string(), since: z.iso.datetime() })

/** Hourly lists for a week; what the others have not taken by then, newer ones replace. */
const MAX_COPIES = 200

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
  /** By the list's id, the newest first. */
  lists: z.record(z.string(), z.array(copy)).default({}),
})
export type CanaryReport = z.infer<typeof report>

/** The copies of one list at the canary. */
export interface CanaryCopies {
  /** Null before the first. */
  readonly inForce: string | null
  /** Those that somebody took back. */
  readonly rejected: readonly string[]
}

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
  {
    parent,
    alarms,
    lists,
  }: Pick<CanaryReport, 'parent' | 'alarms'> & {
    readonly lists: ReadonlyMap<string, CanaryCopies>
  },
  now: number,
): void {
  const before = readCanaryReport(path)
  const written = new Date(now).toISOString()
  const since = before !== null && before.parent === parent ? before.since : written
  const copies = [...lists].map(([id, found]) => {
    return [id, copiesOf(found, before?.lists[id] ?? [], written)] as const
  })
  const report: CanaryReport = { parent, since, written, alarms, lists: Object.fromEntries(copies) }
  const text = `${JSON.stringify(report)}\n`
  // Renamed into place: the other schools read it whenever they like.
  writeFileSync(`${path}.tmp`, text)
  renameSync(`${path}.tmp`, path)
}

function copiesOf(
  { inForce, rejected }: CanaryCopies,
  before: readonly z.infer<typeof copy>[],
  now: string,
): z.infer<typeof copy>[] {
  const kept = before.filter(({ digest }) => !rejected.includes(digest))
  const isNew = inForce !== null && kept.every(({ digest }) => digest !== inForce)
  return (isNew ? [{ digest: inForce, since: now }, ...kept] : kept).slice(0, MAX_COPIES)
}
