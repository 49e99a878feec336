import { findCategory } from '../taxonomy/taxonomy.ts'
import type { Severity } from '../verdict.ts'

/** Contact, self-harm and radicalisation risks: a person looks at these the same day (requirements.md 3.1, D4.2). */
const HIGH_RISK = new Set([
  'harm.self_harm',
  'harm.suicide',
  'harm.eating_disorder',
  'harm.dangerous_material',
  'harm.hate',
  'harm.extremism',
  'comms.stranger_chat',
  'ai.companions',
])

/** How much a refusal matters: by the category's risk and lock, or by the alert of the access stage. */
export function severityOf(category: string | null, accessAlert: boolean): Severity {
  const lock = category === null ? undefined : findCategory(category)?.lock
  if (lock === 'SEALED' || (category !== null && HIGH_RISK.has(category))) return 'high'
  if (lock === 'LOCKED' || accessAlert) return 'medium'
  return lock === 'FLOOR' ? 'low' : 'info'
}
