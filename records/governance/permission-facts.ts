import { z } from 'zod'
import { VOUCHER_KINDS } from '../../rules/vouchers/voucher-kinds.ts'

/**
 * What people permit for some, for a while, as entries of the ledger hold it. The shapes are lenient and stay
 * so: an entry that a later gate can't read would keep it from starting. What may be asked for is judged
 * before it becomes one (`judge-permission.ts`).
 */

/** RFC 3339; half-open, as all times of a school are. */
const instant = z.iso.datetime({ offset: true })
const term = { from: instant, to: instant }
const reference = z.string().min(1).max(100)
const text = z.string().max(500)
/** Longer lists are a mistake: no grant opens fifty sites. */
const few = 50
/** A year group in one class, and then some. */
const many = 500

const GRANT_TYPES = [
  ...(['personal_use', 'dependant_illness', 'child_school_contact', 'support_individual'] as const),
  ...(['class_split', 'emergency', 'off_site_visit', 'residential'] as const),
  ...(['remote_learning_personal', 'supervised_activity', 'social_media_purpose'] as const),
  ...(['medical_sen', 'site_unblock', 'supplier'] as const),
] as const
export type GrantType = (typeof GRANT_TYPES)[number]

/** Requirements.md 6.3; who asked and who decided are the entry's actor and approval. */
export const grantFacts = z.strictObject({
  type: z.enum(GRANT_TYPES),
  /** Whose it is; of several that are named all must fit. */
  person: reference.nullable(),
  device: reference.nullable(),
  class: reference.nullable().default(null),
  zones: z.array(reference).max(few),
  windows: z.array(reference).max(few),
  ...term,
  profile: reference.nullable(),
  sites: z.array(z.string().max(300)).max(few),
  categories: z.array(reference).max(few).default([]),
  /** LOCKED too: asked of head and DSL both. */
  locked: z.boolean().default(false),
  purpose: text.nullable(),
  /** The reference of the risk assessment (000:125, 003:81). */
  assessment: text.nullable().default(null),
})
export type Grant = z.infer<typeof grantFacts>

/** Requirements.md 6.5; the visitor's name is a row of `people`. */
export const voucherFacts = z.strictObject({
  type: z.enum(VOUCHER_KINDS),
  person: reference,
  /** The one device that has come with it; null: none yet. */
  device: reference.nullable().default(null),
  /** The sponsor: whoever of the school is responsible for the visit. */
  host: reference,
  organisation: text.nullable().exactOptional(),
  purpose: text.nullable().exactOptional(),
  /** The reference of the risk assessment (003:132). */
  assessment: text.nullable().exactOptional(),
  /** Reception has seen a badge or passport. */
  idChecked: z.boolean().exactOptional(),
  codeHash: z.string().max(128),
  zones: z.array(reference).max(few),
  ...term,
})
export type Voucher = z.infer<typeof voucherFacts>

/** A row of classes.csv for each time in the week. */
export const classFacts = z.strictObject({
  teachers: z.array(reference).max(few),
  pupils: z.array(reference).max(many),
  meetings: z
    .array(
      z.strictObject({
        day: z.string(),
        period: z.string(),
        room: z.string().nullable(),
        /** Absent where the source does not say: any of `teachers`. */
        teacher: reference.exactOptional(),
      }),
    )
    .max(few),
  /** Who takes a lesson of it in another's place, and on which day of the school (2026-11-25). */
  cover: z
    .array(z.strictObject({ date: z.string(), period: z.string(), teacher: reference }))
    .max(many)
    .exactOptional(),
  /** What the school's information system calls it (OneRoster), where it came from there. */
  sourcedId: reference.exactOptional(),
})
export type ClassFacts = z.infer<typeof classFacts>

/** Sites that senior leaders have agreed to for lessons: whoever teaches may open them for a class. */
export const packFacts = z.strictObject({
  label: text,
  sites: z.array(z.string().max(300)).max(few),
})
export type Pack = z.infer<typeof packFacts>

export const lessonFacts = z.strictObject({
  class: reference,
  /** Whose lesson it is. */
  teacher: reference,
  pack: reference.nullable(),
  sites: z.array(z.string().max(300)).max(few),
  /** Only these, and what the lesson opens, until its end; null: no focus. */
  focus: z.array(z.string().max(300)).max(few).nullable(),
  ...term,
})
export type LessonFacts = z.infer<typeof lessonFacts>

/** A site rule beside the policy's, which ends by itself. */
export const siteFacts = z.strictObject({
  action: z.enum(['allow', 'block']),
  hosts: z.array(z.string().max(300)).min(1).max(few),
  /** Null: every open profile. */
  profiles: z.array(reference).max(few).nullable(),
  ...term,
  because: text,
})
export type SiteFacts = z.infer<typeof siteFacts>

/** What a list gets wrong about a host (design.md section 4, step 6). */
export const correctionFacts = z.strictObject({
  host: z.string().max(300),
  remove: reference.nullable(),
  add: reference.nullable(),
  because: text,
})
export type CorrectionFacts = z.infer<typeof correctionFacts>

/** The part of the register that says what people have permitted. */
export interface PermissionState {
  readonly grants: ReadonlyMap<string, Grant>
  readonly vouchers: ReadonlyMap<string, Voucher>
  readonly classes: ReadonlyMap<string, ClassFacts>
  readonly packs: ReadonlyMap<string, Pack>
  readonly lessons: ReadonlyMap<string, LessonFacts>
  readonly sites: ReadonlyMap<string, SiteFacts>
  readonly corrections: ReadonlyMap<string, CorrectionFacts>
}

export const NO_PERMISSION_STATE: PermissionState = {
  grants: new Map(),
  vouchers: new Map(),
  classes: new Map(),
  packs: new Map(),
  lessons: new Map(),
  sites: new Map(),
  corrections: new Map(),
}
