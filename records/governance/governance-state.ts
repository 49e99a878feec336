import { z } from 'zod'
import { parseHostname } from '../../rules/names/hostname.ts'
import type { ListChoice } from './list-choice.ts'
import type { SanctionFacts } from './sanction-facts.ts'
import type { TeachingTopic } from './teaching-topic.ts'
import type { LedgerEntry } from '../ledger/entry.ts'
import type { OccasionFacts, SiteEmergencyFacts } from './occasion-facts.ts'
import { NO_PERMISSION_STATE, type PermissionState } from './permission-facts.ts'

/** What a person may be in charge of (requirements.md section 5); one person may hold several. */
export const DUTIES = [
  'network_manager',
  'dsl',
  'deputy_dsl',
  'head',
  'slt',
  'it',
  'reception',
  'teacher',
  'governor',
  /** Hears of what concerns the head (requirements.md 6.6). */
  'chair_of_governors',
  'exams_officer',
  /** The data protection officer, or the SIRO. */
  'dpo',
] as const
export type Duty = (typeof DUTIES)[number]

/** RFC 3339; half-open with `from`, as all times of a school are. */
const instant = z.iso.datetime({ offset: true })
const term = { from: instant.nullable(), to: instant.nullable() }
const reference = z.string().min(1).max(100)
/** Longer lists are a mistake: no person has fifty absences ahead. */
const few = 50

/** `role.put`: the duties of the person that the entry names. */
export const holderFacts = z.strictObject({
  roles: z.array(z.strictObject({ role: z.enum(DUTIES), ...term })).max(few),
  /** Filtering and monitoring status: without it a network manager edits no policy. */
  wfm: z.boolean(),
  /** The account can't be used: whoever would have to act is skipped. */
  disabled: z.boolean(),
  absent: z.array(z.strictObject({ from: instant, to: instant })).max(few),
})
export type Holder = z.infer<typeof holderFacts>

/** Duties that must not rest because one person is away. */
const COVERED = ['dsl', 'head', 'network_manager'] as const

export const coverFacts = z.strictObject({
  duty: z.enum(COVERED),
  person: reference,
  from: instant,
  to: instant,
})
export type Cover = z.infer<typeof coverFacts>

/** Each in its canonical form and meant with everything below, as the site rules of a policy are. */
const host = z.string().refine((text) => parseHostname(text) === text, 'not a canonical host name')

/** More hosts at once are a list, which the policy names. */
export const emergencyBlockFacts = z.strictObject({ hosts: z.array(host).min(1).max(few) })
export type EmergencyBlock = z.infer<typeof emergencyBlockFacts>

/**
 * `unmask.put`: a pseudonym may be looked behind, by who asked. Whose it is the entry does not say: it waits
 * in the open for its approval, and may be refused.
 */
export const unmaskFacts = z.object({
  /** To whom the pseudonym is this one: the duty in which he looks. */
  viewer_class: z.string().max(100),
  /** When it was seen; a pseudonym is good for one term. */
  seen_at: instant.optional(),
})

/** `hold.put`: entries of the journal that stay, whatever their age. What is null narrows nothing. */
export const holdFacts = z.strictObject({
  /** Whose journal has the numbers `first` to `last`; null where the hold is on no numbers: each gate keeps it. */
  gate: reference.nullable(),
  first: z.int().min(1).nullable(),
  last: z.int().min(1).nullable(),
  /** By whole hours, half-open. */
  from: instant.nullable(),
  to: instant.nullable(),
  person: reference.nullable(),
  incident: reference.nullable(),
  until: instant.nullable(),
})
export type HoldFacts = z.infer<typeof holdFacts>

export interface LegalHold {
  readonly facts: HoldFacts
  readonly placed: HoldStep
  /** Null while it is in force; released ones are kept, so that a gate that was away learns of the end. */
  readonly released: HoldStep | null
}

export interface HoldStep {
  readonly by: string
  /** RFC 3339. */
  readonly at: string
  readonly reason: string
}

/** The last leave to look behind a pseudonym. */
export interface Unmasking {
  readonly askedBy: string
  readonly viewerClass: string
  readonly approvedBy: string | null
  readonly reason: string
  /** RFC 3339. */
  readonly seenAt: string
  readonly approvedAt: string
}

/**
 * Who must agree: the safeguarding lead (deputy on cover), the head and senior leaders, the head in person, or
 * a leader and the safeguarding lead, one after the other.
 */
export const APPROVER_GROUPS = ['dsl', 'head', 'headteacher', 'head_and_dsl'] as const
export type ApproverGroup = (typeof APPROVER_GROUPS)[number]

/** Whose yes can be asked for at one time. */
export type Office = Exclude<ApproverGroup, 'head_and_dsl'>

/** `proposal.endorse`: the first yes of two, and for which office it was given. */
export const endorsementFacts = z.strictObject({ office: z.enum(['dsl', 'head', 'headteacher']) })

/** `proposal.put`; the edits themselves are a text of the ledger, by hash. */
export const proposalFacts = z.strictObject({
  document: z.string(),
  name: z.string(),
  basedOn: z.int(),
  edits: z.int(),
  direction: z.enum(['tighten', 'loosen', 'neutral']),
  loosensPupils: z.boolean(),
  approvers: z.enum(APPROVER_GROUPS),
})

export interface Proposal extends z.infer<typeof proposalFacts> {
  readonly author: string
  readonly authorRole: string
  readonly at: string
  readonly reason: string
  readonly state: 'waiting' | 'approved' | 'refused' | 'withdrawn'
  /** Who ended the waiting; null while it waits. */
  readonly closedBy: string | null
  /** The first yes of two; null: none yet, or one is enough. */
  readonly endorsed: { readonly by: string; readonly office: Office } | null
}

export const reviewFacts = z.strictObject({
  from: z.int().min(1),
  to: z.int().min(1),
  result: z.enum(['reviewed', 'query', 'reject']),
  comment: z.string(),
})
export type Review = z.infer<typeof reviewFacts>
export type ReviewResult = Review['result']

/** A change in force that nobody else has reviewed yet. */
export interface QueuedChange extends Pick<
  LedgerEntry,
  'seq' | 'actor' | 'kind' | 'object_id' | 'ts' | 'direction' | 'reason'
> {
  readonly approvedBy: string | null
  /** A question or a no keeps the change in the queue until it is answered and reviewed again. */
  readonly answer: Exclude<ReviewResult, 'reviewed'> | null
}

/** The part of the register that says who may do what, and what waits for whom. */
export interface GovernanceState extends PermissionState {
  /** By person reference. */
  readonly holders: ReadonlyMap<string, Holder>
  readonly covers: ReadonlyMap<string, Cover>
  readonly emergencyBlocks: ReadonlyMap<string, EmergencyBlock>
  readonly siteEmergency: SiteEmergencyFacts | null
  readonly occasions: ReadonlyMap<string, OccasionFacts>
  readonly sanctions: ReadonlyMap<string, SanctionFacts>
  /** By the id under which they were announced. */
  readonly topics: ReadonlyMap<string, TeachingTopic>
  /** By number, as text. */
  readonly holds: ReadonlyMap<string, LegalHold>
  /** By the list's id in the policy. */
  readonly listChoices: ReadonlyMap<string, ListChoice>
  /** By pseudonym. */
  readonly unmaskings: ReadonlyMap<string, Unmasking>
  /** All there ever were: a refused import must not come back with the next restart. */
  readonly proposals: ReadonlyMap<string, Proposal>
  /** By `seq`. */
  readonly queue: ReadonlyMap<string, QueuedChange>
}

export const NO_GOVERNANCE: GovernanceState = {
  holders: new Map(),
  covers: new Map(),
  ...NO_PERMISSION_STATE,
  emergencyBlocks: new Map(),
  siteEmergency: null,
  occasions: new Map(),
  sanctions: new Map(),
  topics: new Map(),
  holds: new Map(),
  listChoices: new Map(),
  unmaskings: new Map(),
  proposals: new Map(),
  queue: new Map(),
}
