import type { SiteEmergencyFacts } from '../../records/governance/occasion-facts.ts'
import type { Register } from '../../records/register/register.ts'

/** The site emergency at `at` (epoch ms); the register keeps one that has ended by itself. */
export function emergencyAt(
  { siteEmergency }: Pick<Register, 'siteEmergency'>,
  at: number,
): SiteEmergencyFacts | null {
  const until = siteEmergency?.until ?? null
  return until !== null && Date.parse(until) <= at ? null : siteEmergency
}
