import type { HostPattern, SiteRule } from '../policy/policy.ts'
import type { Sanction } from '../sanctions/sanctions.ts'
import type { Occasion, SiteEmergency } from './occasions.ts'

/** When something holds: half-open, epoch ms, as all times of a school are. */
export interface Term {
  readonly from: number
  readonly to: number
}

/** What one person, one device or one class may do for a while (requirements.md 6.3). */
export interface Grant extends Term {
  readonly id: string
  /** Design.md section 4, step 4: above exams and mobile-free zones, whatever the window. */
  readonly medical: boolean
  /** Whose it is; of several that are named all must fit, and one that names nobody fits nobody. */
  readonly person: string | null
  readonly device: string | null
  readonly class: string | null
  /** Empty: everywhere. */
  readonly zones: readonly string[]
  /** Empty: at all times of the term. */
  readonly windows: readonly string[]
  /** What the device gets; null where the grant opens names for whoever is let in anyway. */
  readonly profile: string | null
  readonly hosts: readonly HostPattern[]
  readonly categories: readonly string[]
  /** Head and DSL both said yes: of LOCKED it opens what it names, to a member of staff. */
  readonly locked: boolean
}

/** A visitor's way onto the network, for the devices of the person (requirements.md 6.5). */
export interface Voucher extends Term {
  readonly id: string
  readonly person: string
  /** Null: whichever the person has. */
  readonly device: string | null
  /** Empty: everywhere. */
  readonly zones: readonly string[]
  /** Windows in which it counts; empty or absent: at all times of the term. */
  readonly windows?: readonly string[]
}

/** What a teacher opened for a class until the bell, and whether everything else is closed meanwhile. */
export interface Lesson extends Term {
  readonly id: string
  readonly class: string
  readonly opens: readonly HostPattern[]
  /** Only these, and what `opens` names; null: no focus. */
  readonly focus: readonly HostPattern[] | null
}

/** A site rule that ends by itself; of the policy file without a beginning or an end it has infinite ones. */
export interface SiteOverride extends Term {
  readonly rule: SiteRule
  /** Tells it from others in its engine, where the rule's id may be another's too; else that id does. */
  readonly permit?: string
}

export interface SchoolClass {
  readonly id: string
  /** References of people. */
  readonly pupils: readonly string[]
}

/**
 * What people have decided for some, for a while, beside the policy: everything of the register that an
 * engine needs besides policy and devices. Plain data; each list in the order of the ledger.
 */
export interface Permissions {
  readonly grants: readonly Grant[]
  readonly vouchers: readonly Voucher[]
  readonly lessons: readonly Lesson[]
  readonly sites: readonly SiteOverride[]
  readonly classes: readonly SchoolClass[]
  readonly occasions: readonly Occasion[]
  readonly emergency: SiteEmergency | null
  /** What the gate has imposed after attempts to get round the filter. */
  readonly sanctions: readonly Sanction[]
}

export const NO_PERMISSIONS: Permissions = {
  grants: [],
  vouchers: [],
  lessons: [],
  sites: [],
  classes: [],
  occasions: [],
  emergency: null,
  sanctions: [],
}

export function isDuring({ from, to }: Term, at: number): boolean {
  return from <= at && at < to
}

/** The first instant after `at` at which one of the terms begins or ends; `Infinity` where none does. */
export function edgeAfter(terms: readonly Term[], at: number): number {
  let edge = Infinity
  for (const { from, to } of terms) {
    if (from > at && from < edge) edge = from
    if (to > at && to < edge) edge = to
  }
  return edge
}
