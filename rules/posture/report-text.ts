import type { PostureReport } from './posture-report.ts'

/**
 * The one text of a report, which is signed (RFC 8785). A copy of what `records/canonical-json.ts` does,
 * because the agent carries nothing of the records; a property holds the two to the same text.
 */
export function reportText(report: PostureReport): string {
  return canonical(report)
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    // By UTF-16 code units, RFC 8785 section 3.2.3.
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`
}
