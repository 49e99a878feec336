import type { PlacePolicy } from '../policy/policy.ts'

/** Radio crosses walls: 90 seconds (issue 5). */
export const NO_PLACES: PlacePolicy = { zones: {}, settleSeconds: 90 }

/** Where something is, and where it was until lately. Times are epoch ms. */
export interface Whereabouts {
  readonly zone: string
  /** The zone whose stance holds where the new one denies; null once it has settled. */
  readonly heldZone: string | null
  readonly settlesAt: number
}

/**
 * Radio crosses walls: another zone counts for a denial or an alert only after `settleMs` in it. Back in
 * the zone that was held it counts at once, and so does whoever was never anywhere else.
 */
export function settleZone(
  before: Whereabouts | null,
  zone: string,
  { now, settleMs }: { readonly now: number; readonly settleMs: number },
): Whereabouts {
  if (before === null) return { zone, heldZone: null, settlesAt: 0 }
  const held = now >= before.settlesAt ? null : before.heldZone
  const home = held ?? before.zone
  if (zone === home) return { zone, heldZone: null, settlesAt: 0 }
  // From one new zone on to the next: the home stays what it was, the time begins again.
  if (held !== null && zone === before.zone) return before
  return { zone, heldZone: home, settlesAt: now + settleMs }
}
