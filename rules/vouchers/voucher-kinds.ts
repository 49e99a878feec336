import type { Role } from '../subject.ts'

/** What a visit is (requirements.md 6.5; agency devices are 000:23). */
export const VOUCHER_KINDS = [
  ...(['day', 'meeting', 'parent', 'contractor', 'governor'] as const),
  ...(['regular', 'multi_agency', 'supplier'] as const),
  ...(['supply_teacher', 'trainee', 'invigilator', 'agency_device'] as const),
] as const
export type VoucherKind = (typeof VOUCHER_KINDS)[number]

/** What a voucher of a kind is good for, at most. */
export interface VoucherTerms {
  /** Whose rules the device is judged by. */
  readonly role: Role
  /** The head knows of them first: they come often, for an authority or into the school's systems. */
  readonly needsHead: boolean
  /** The longest that one lasts. */
  readonly maxDays: number
  /** Empty: wherever the access rules let the role in. */
  readonly zones: readonly string[]
  /** Windows of the policy in which it counts, and so on which days; empty: at any time, on closed days too. */
  readonly during: readonly string[]
}

/** What the policy says of a kind; what it leaves out is as `BUILT_IN` has it. */
export type VoucherRules = Partial<Pick<VoucherTerms, 'maxDays' | 'zones' | 'during'>>

const TERM_DAYS = 120
const YEAR_DAYS = 366

/** Role and approver are nobody's to configure away; days are requirements.md 6.5 or, where it is silent, assumed. */
const BUILT_IN: Readonly<
  Record<VoucherKind, Pick<VoucherTerms, 'role' | 'needsHead' | 'maxDays'>>
> = {
  day: { role: 'visitor', needsHead: false, maxDays: 1 },
  meeting: { role: 'visitor', needsHead: false, maxDays: 1 },
  parent: { role: 'visitor', needsHead: false, maxDays: 1 },
  contractor: { role: 'visitor', needsHead: false, maxDays: 31 },
  governor: { role: 'governor', needsHead: false, maxDays: YEAR_DAYS },
  regular: { role: 'visitor', needsHead: true, maxDays: TERM_DAYS },
  multi_agency: { role: 'visitor', needsHead: true, maxDays: TERM_DAYS },
  supplier: { role: 'visitor', needsHead: true, maxDays: 7 },
  supply_teacher: { role: 'staff', needsHead: true, maxDays: 31 },
  trainee: { role: 'staff', needsHead: true, maxDays: TERM_DAYS },
  invigilator: { role: 'visitor', needsHead: false, maxDays: 31 },
  agency_device: { role: 'visitor', needsHead: false, maxDays: TERM_DAYS },
}

/** The terms of a kind in a school whose policy says `rules` of it. */
export function voucherTerms(kind: VoucherKind, rules: VoucherRules | undefined): VoucherTerms {
  return { zones: [], during: [], ...BUILT_IN[kind], ...rules }
}

/** The type of a device that such a voucher lets in; null: whatever its owner says it is. */
export function deviceTypeOf(kind: VoucherKind): string | null {
  return kind === 'agency_device' ? 'agency_device' : null
}
