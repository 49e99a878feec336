import type { Finding } from './finding.ts'

/** Findings further apart are not merged: an alert ends after half an hour, and a topic with its lesson. */
const MERGED_MS = 60_000

/**
 * The same findings in fewer: the first of a kind as it is, what follows it in the same minute in one. A
 * device that is refused 20,000 times a second is one alert that grows, and would write it as often.
 */
export function mergeFindings(findings: readonly Finding[]): readonly Finding[] {
  const merged: Finding[] = []
  const places = new Map<string, { readonly at: number; place: number | null }>()
  for (const finding of findings) {
    const kind = kindOf(finding)
    const first = places.get(kind)
    if (first === undefined || Math.abs(finding.at - first.at) > MERGED_MS) {
      places.set(kind, { at: finding.at, place: null })
      merged.push(finding)
    } else if (first.place === null) {
      first.place = merged.length
      merged.push(finding)
    } else {
      const before = merged[first.place]
      if (before !== undefined) merged[first.place] = added(before, finding)
    }
  }
  return merged
}

/** All that an alert shows but for when and how often. */
function kindOf(finding: Finding): string {
  const { rule, key, severity, urgency, personRef, role, deviceId, ip, zone, category } = finding
  return JSON.stringify([
    ...[rule, key, severity, urgency, personRef, role, deviceId, ip, zone, category],
    finding.detail,
  ])
}

function added(one: Finding, other: Finding): Finding {
  const seq = one.seq === null || other.seq === null ? null : Math.max(one.seq, other.seq)
  return { ...one, at: Math.max(one.at, other.at), count: one.count + other.count, seq }
}
