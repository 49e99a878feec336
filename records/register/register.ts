import { CHAIN_START } from '../ledger/chain.ts'
import type { LedgerEntry } from '../ledger/entry.ts'
import { ROLES, DEVICE_STATES, type DeviceFacts, type Role } from '../../rules/subject.ts'
import { z } from 'zod'

/** What the school has decided so far: the state that the ledger's entries add up to. */
export interface Register {
  /** Revision of the policy: how many policies have been put. */
  readonly revision: number
  /** Null before the first one. */
  readonly policy: RegisterPolicy | null
  readonly devices: ReadonlyMap<string, DeviceFacts>
  readonly people: ReadonlyMap<string, PersonFacts>
  /** Changes that nobody has reviewed yet, one an entry; what founded the ledger needs no review. */
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

/** What the ledger knows of a person: nothing that names one. */
export interface PersonFacts {
  readonly role: Role
  readonly phase: string | null
  readonly year: number | null
  /** `commitmentOf` the row in `people`. */
  readonly details: string
}

export const EMPTY_REGISTER: Register = {
  revision: 0,
  policy: null,
  devices: new Map(),
  people: new Map(),
  unreviewed: 0,
  foundingBatch: null,
  headSeq: CHAIN_START.seq,
  headHash: CHAIN_START.hash,
}

/** The text with a hash; the ledger keeps texts once, apart from the entries. */
export type TextOf = (hash: string) => string | undefined

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
  const devices = new Map(from.devices)
  const people = new Map(from.people)
  let { revision, policy, unreviewed, foundingBatch, headSeq, headHash } = from
  for (const entry of entries) {
    if (entry.prev_hash !== headHash) fail(entry, `does not follow entry ${headSeq}`)
    headSeq = entry.seq
    headHash = entry.hash
    revision = entry.policy_version_to
    foundingBatch ??= entry.batch
    if (entry.batch !== foundingBatch) unreviewed += 1
    // A kind that is not listed is none of the register's: reviews, grants of a newer gate.
    switch (entry.kind) {
      case 'policy.put':
        policy = policyOf(entry, textOf)
        break
      case 'device.put':
        devices.set(entry.object_id, readAfter(entry, deviceFacts))
        break
      case 'device.remove':
        devices.delete(entry.object_id)
        break
      case 'person.put':
        people.set(entry.object_id, readAfter(entry, personFacts))
        break
      case 'person.remove':
        people.delete(entry.object_id)
        break
    }
  }
  return { revision, policy, devices, people, unreviewed, foundingBatch, headSeq, headHash }
}

const word = z.string().nullable()

const deviceFacts: z.ZodType<DeviceFacts> = z.object({
  id: z.string(),
  personRef: word,
  role: z.enum(ROLES),
  phase: word,
  year: z.int().nullable(),
  ownership: z.enum(['personal', 'school']),
  type: z.string(),
  state: z.enum(DEVICE_STATES),
  aup: z.enum(['signed', 'missing']),
  posture: z.string(),
  grant: z.enum(['medical', 'dependant_illness']).nullable(),
  voucher: z.enum(['active', 'expired']).nullable(),
  examCandidate: z.boolean(),
  carriesCa: z.boolean(),
  octet: z.int().nullable(),
  addresses: z.array(z.string()),
})

const personFacts: z.ZodType<PersonFacts> = z.object({
  role: z.enum(ROLES),
  phase: word,
  year: z.int().nullable(),
  details: z.string(),
})

const policyPointer = z.object({ document: z.string(), name: z.string() })

function policyOf(entry: LedgerEntry, textOf: TextOf): RegisterPolicy {
  const { document, name } = readAfter(entry, policyPointer)
  const text =
    textOf(document) ?? fail(entry, `points to the text \`${document}\`, which is missing`)
  return { text, name, hash: document }
}

function readAfter<T>(entry: LedgerEntry, schema: z.ZodType<T>): T {
  const read = schema.safeParse(entry.after)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  return fail(
    entry,
    `holds no usable facts (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`,
  )
}

function fail(entry: LedgerEntry, message: string): never {
  throw new Error(`ledger entry ${entry.seq} (${entry.kind} \`${entry.object_id}\`) ${message}`)
}
