import { z } from 'zod'
import { OCCASION_KINDS } from '../../rules/permissions/occasions.ts'

/** RFC 3339; half-open, as all times of a school are. */
const instant = z.iso.datetime({ offset: true })
const reference = z.string().min(1).max(100)
/** A year group and its devices. */
const many = 500
/** More rooms than any school examines in. */
const rooms = 50
/** School years, with room for other countries' counting. */
const year = z.int().min(0).max(20)

/** `occasion.put`; what may be asked for is judged before it becomes one (`judge-occasion.ts`). */
export const occasionFacts = z.strictObject({
  kind: z.enum(OCCASION_KINDS),
  from: instant,
  to: instant,
  persons: z.array(reference).max(many),
  devices: z.array(reference).max(many),
  years: z.array(year).max(20),
  zones: z.array(reference).max(rooms),
  profile: reference.nullable(),
})
export type OccasionFacts = z.infer<typeof occasionFacts>

export const siteEmergencyFacts = z.strictObject({
  kind: z.enum(['invacuation', 'evacuation', 'lockdown', 'drill', 'other']),
  /** When it ends by itself; null in old entries, whose emergencies somebody has to end. */
  until: instant.nullable().default(null),
})
export type SiteEmergencyFacts = z.infer<typeof siteEmergencyFacts>
export const EMERGENCY_KINDS = siteEmergencyFacts.shape.kind.options
