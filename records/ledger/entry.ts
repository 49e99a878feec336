import type { Json } from '../canonical-json.ts'
import type { Role } from '../../rules/subject.ts'

/** What people (or files in their name) can do; the part before the dot is the type of the object. */
export const LEDGER_KINDS = [
  /** Entry 1 and no other: says whose ledger this is, so that what comes with it needs no approval. */
  'ledger.found',
  /** An entry of another branch that can't be in force any more, kept whole in `after` (records/redis). */
  'ledger.recovered',
  'policy.put',
  'person.put',
  'person.remove',
  /** The name behind a reference was erased; what was done under the reference stays. */
  'person.erase',
  'device.put',
  'device.remove',
  /** The duties of a person: which, from when to when, whether the account is usable, when absent. */
  'role.put',
  'role.remove',
  /** A duty of somebody who is away, in another's hands between two dates. */
  'cover.put',
  'grant.put',
  'grant.revoke',
  'voucher.put',
  'voucher.revoke',
  /** A code was given out with which a person of the school may bring a device; the code's hash. */
  'registration.invite',
  'registration.withdraw',
  /** A device came to the portal with a code: whose it is, and which voucher or invitation is used up. */
  'device.register',
  /** Somebody agreed to a version of an agreement, at the portal or on paper; or a parent, for a pupil. */
  'agreement.sign',
  /** Who teaches whom, and when. */
  'class.put',
  'class.remove',
  /** Sites that leaders have agreed to for lessons; a teacher opens them for a class until the bell. */
  'pack.put',
  'pack.remove',
  'lesson.put',
  'lesson.end',
  /** A site rule beside the policy's, which ends by itself. */
  'site.put',
  'site.remove',
  /** What a list gets wrong about a host. */
  'correction.put',
  'correction.remove',
  /** Hosts that nobody reaches from now on; reviewed afterwards. Lifting it is a loosening. */
  'emergency.block',
  'emergency.lift',
  /** The site is closed in or evacuated (design.md section 4, step 3), and is no more. */
  /** Otherwise than usual for a while: an exam's room, extra time, a rehearsal, a visiting group. */
  'occasion.put',
  'occasion.end',
  'site_emergency.put',
  'site_emergency.end',
  /** Which copies of a fetched list people let in or keep out; a copy is named by its digest. */
  'list.put',
  /** What the gate imposes by the policy's rule after attempts to get round it, and that somebody lifts it. */
  'sanction.put',
  'sanction.lift',
  /** What a class is taught, so that what its pupils look up in that time alarms nobody; and its end. */
  'topic.put',
  'topic.end',
  /** A one-time code was given out with which a device's agent may enrol; the code's hash. */
  'agent.invite',
  /** The agent came with the code; the public key that its reports are signed with. */
  'agent.enrol',
  /** The key counts no more; the device is held back until an agent enrols again. */
  'agent.revoke',
  /** A device got an address of its own for DNS over HTTPS; the hash of the token in it. */
  'doh_token.issue',
  /** Nobody is answered at that address any more. */
  'doh_token.revoke',
  /** Names behind pseudonyms were shown to somebody who does not see them otherwise. */
  'unmask.put',
  /** Entries of the journal that no retention reaches, and that it reaches them again. */
  'hold.put',
  'hold.release',
  /** A change that waits for a second person; its object's id begins with the `seq` of this entry. */
  'proposal.put',
  /** The first yes of two; it goes on waiting for the other office's. */
  'proposal.endorse',
  'proposal.approve',
  'proposal.refuse',
  'proposal.withdraw',
  /** What somebody else says of entries that are in force already. */
  'review.put',
] as const
export type LedgerKind = (typeof LEDGER_KINDS)[number]

/** Whether a change lets somebody do more or less. */
export type Direction = 'tighten' | 'loosen' | 'neutral'

/** Who agreed to a change before it was in force (requirements.md 6.2). */
export interface Approval {
  readonly needed: boolean
  readonly by: string | null
  readonly ts: string | null
  readonly comment: string | null
}

/** Bumped when the meaning of a field changes; a reader refuses a version that it does not know. */
export const ENTRY_VERSION = 1

/**
 * One decision of a person, as the ledger keeps it (requirements.md 6.2) and `ledger export` prints it.
 * INVARIANT: no name of a person, only opaque references, because an entry can never be taken back.
 */
export interface LedgerEntry {
  readonly v: number
  /** From 1, without a gap. */
  readonly seq: number
  /** ULID. */
  readonly id: string
  /** The id of the first entry that was appended in the same moment: one import, one undo. */
  readonly batch: string
  /** Gate time, RFC 3339 with milliseconds, UTC. */
  readonly ts: string
  readonly site: string
  /** A person's reference, or `file`. */
  readonly actor: string
  readonly actor_role: string
  /** One of `LEDGER_KINDS`; a newer gate may have written others. */
  readonly kind: string
  readonly object_type: string
  readonly object_id: string
  /** Null where the object did not exist. */
  readonly before: Json
  /** Null where the object is no more. A policy is `{document, name}`, its text is kept once, by hash. */
  readonly after: Json
  readonly direction: Direction
  readonly affected_roles: readonly Role[]
  readonly reason: string
  /** Null: nobody has been asked. */
  readonly approval: Approval | null
  /** A review is an entry of its own; this field is what the entry was born with. */
  readonly review: null
  /** The policy revision in force before and after this entry. */
  readonly policy_version_from: number
  readonly policy_version_to: number
  /** The entry was appended once before, on a branch that was given up; absent: it was not. */
  readonly recovered?: Recovered
  /** The hash of the entry before, `GENESIS_HASH` in entry 1. */
  readonly prev_hash: string
  /** SHA-256, hex, over the canonical JSON (RFC 8785) of all fields but this one. */
  readonly hash: string
}

/** A change that somebody wants in the ledger; the ledger adds number, time, chain and policy version. */
export interface LedgerCommand {
  readonly kind: LedgerKind
  readonly objectId: string
  readonly before: Json
  readonly after: Json
  readonly direction: Direction
  readonly affectedRoles: readonly Role[]
  readonly reason: string
  readonly approval: Approval | null
  /** Whose change it is, where another person's append puts it in force; absent: the appender's. */
  readonly author?: Author
  readonly recovered?: Recovered
}

export interface Author {
  readonly actor: string
  readonly actorRole: string
}

/** The entry as it was before its branch of the chain gave way to a longer one. */
export interface Recovered {
  readonly seq: number
  readonly id: string
  readonly ts: string
  readonly hash: string
}

/** A reason must be more than `ok` or `as asked` (requirements.md 6.2). */
export const MIN_REASON_LETTERS = 10

/** The entry and its place, without the weight: what a writer says it has seen. */
export interface Head {
  /** 0 for an empty ledger. */
  readonly seq: number
  readonly hash: string
  readonly policyVersion: number
}
