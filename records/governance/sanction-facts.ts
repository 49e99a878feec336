import { z } from 'zod'

/** RFC 3339; half-open, as all times of a school are. */
const instant = z.iso.datetime({ offset: true })
const reference = z.string().min(1).max(100)

/** `sanction.put`: what the gate imposes by the policy's rule, for a while. */
export const sanctionFacts = z.strictObject({
  /** Everything is closed, or the one site through which a device sends data past the filter. */
  kind: z.enum(['lockout', 'dns_tunnel']),
  /** On all of the person's devices; null: on the device alone. */
  person: reference.nullable(),
  device: reference.nullable(),
  role: z.string().max(50),
  /** The site that is closed; null: everything. */
  site: z.string().max(300).nullable(),
  from: instant,
  to: instant,
  /** How many attempts led to it. */
  attempts: z.int().min(1),
})
export type SanctionFacts = z.infer<typeof sanctionFacts>
