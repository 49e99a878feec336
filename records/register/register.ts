import { NO_GOVERNANCE, type GovernanceState } from '../governance/governance-state.ts'
import { NO_REGISTRATION, type RegistrationState } from '../registration/registration-facts.ts'
import { CHAIN_START } from '../ledger/chain.ts'
import type { LedgerEntry } from '../ledger/entry.ts'
import type { DeviceFacts, DeviceState, Role } from '../../rules/subject.ts'
import { failEntry, type RegisterDraft, type TextOf } from './projection.ts'
import { FOR_EVERY_ENTRY, PROJECTIONS } from './projections.ts'

/**
 * What the school has decided so far: the state that the ledger's entries add up to.
 * INVARIANT: each field is a JSON value or a map from strings to JSON values; a snapshot keeps no more.
 */
export interface Register extends GovernanceState, RegistrationState {
  /** Revision of the policy: how many policies have been put. */
  readonly revision: number
  /** Null before the first one. */
  readonly policy: RegisterPolicy | null
  readonly devices: ReadonlyMap<string, DeviceFacts>
  /** By device: whose reports are believed, and who may enrol. Kept when the device is removed. */
  readonly agents: ReadonlyMap<string, AgentFacts>
  /** Addresses for DNS over HTTPS that devices have, by the number of each. */
  readonly dohTokens: ReadonlyMap<string, DohTokenFacts>
  readonly people: ReadonlyMap<string, PersonFacts>
  /** Those of `people` whose name was erased, and when (RFC 3339). */
  readonly erased: ReadonlyMap<string, string>
  /**
   * What people have put beside the school's files, as `device ID` or `person REF`: a file that does not
   * name it does not take it away.
   */
  readonly besideFiles: ReadonlyMap<string, string>
  /** States that people have given to devices: a file lifts none of them. */
  readonly deskStates: ReadonlyMap<string, DeviceState>
  /** Length of the review queue, one an entry. */
  readonly unreviewed: number
  /** The batch of entry 1. */
  readonly foundingBatch: string | null
  /** The last entry that is in here. */
  readonly headSeq: number
  readonly headHash: string
}

export interface RegisterPolicy {
  readonly text: string
  /** The file's name, for messages about it. */
  readonly name: string
  /** SHA-256 of `text`, hex. */
  readonly hash: string
}

/** The posture agent of a device. */
export interface AgentFacts {
  /** Raw Ed25519 public key, base64url; null: none yet, or revoked. */
  readonly publicKey: string | null
  /** A code that was given out and not used yet. */
  readonly invitation: { readonly codeHash: string; readonly until: string } | null
  /** It had an agent that counts no more: the device is held back, not judged as if it never had one. */
  readonly revoked: boolean
}

/** A token by which a device names itself wherever it is. */
export interface DohTokenFacts {
  readonly device: string
  /** SHA-256, hex: whoever reads the ledger has no token. */
  readonly tokenHash: string
}

/** What the ledger knows of a person: nothing that names one. */
export interface PersonFacts {
  readonly role: Role
  readonly phase: string | null
  readonly year: number | null
  /** `commitmentOf` the row in `people`. */
  readonly details: string
}

export const EMPTY_REGISTER: Register = {
  ...NO_GOVERNANCE,
  ...NO_REGISTRATION,
  revision: 0,
  policy: null,
  devices: new Map(),
  agents: new Map(),
  dohTokens: new Map(),
  people: new Map(),
  erased: new Map(),
  besideFiles: new Map(),
  deskStates: new Map(),
  unreviewed: 0,
  foundingBatch: null,
  headSeq: CHAIN_START.seq,
  headHash: CHAIN_START.hash,
}

/**
 * The register after `entries`, which must begin at entry 1 or, with `from`, right behind it. Entries
 * must have passed the chain check. Throws when one has no meaning here (a lost text, facts that are
 * none, a gap): a gate must not start on half a register.
 */
export function fold(
  entries: Iterable<LedgerEntry>,
  textOf: TextOf,
  from: Register = EMPTY_REGISTER,
): Register {
  const draft = draftOf(from)
  for (const entry of entries) foldEntry(draft, entry, textOf)
  return draft
}

/** Reads one entry into the draft, which must be of the entry before. Throws as `fold` does. */
export function foldEntry(draft: RegisterDraft, entry: LedgerEntry, textOf: TextOf): void {
  if (entry.prev_hash !== draft.headHash) failEntry(entry, `does not follow entry ${draft.headSeq}`)
  draft.headSeq = entry.seq
  draft.headHash = entry.hash
  draft.revision = entry.policy_version_to
  for (const project of FOR_EVERY_ENTRY) project(draft, entry, textOf)
  PROJECTIONS.get(entry.kind)?.(draft, entry, textOf)
}

/** A copy to read entries into. */
export function draftOf(register: Register): RegisterDraft {
  const fields = Object.entries(register).map(([field, value]: [string, unknown]) => [
    field,
    value instanceof Map ? new Map(value) : value,
  ])
  return Object.fromEntries(fields) as RegisterDraft
}
