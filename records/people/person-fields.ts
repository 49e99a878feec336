import type { Json } from '../canonical-json.ts'
import type { LedgerEntry } from '../ledger/entry.ts'
import type { TextOf } from '../register/projection.ts'

/** Kinds whose object is a person: `person.put`, `role.remove` and so on. */
const PERSON_KIND = /^(?:person|role)\./

/**
 * Fields that hold a person's reference: `actor`, `by`, `approvedBy`, `personRef`, `for_person`, a
 * voucher's `host`. By the field, not by the value alone: a device may be called what somebody else's
 * reference is. INVARIANT: each kind of entry names its people in such fields.
 */
const PERSON_FIELD =
  /^(?:actor|author|by|deputy|excluded|host|viewer|teachers?|pupils?)$|_by$|[a-z]By$|[pP]erson(?:Ref|_ref)?s?$/

/** Whether an entry is about the person or by the person, itself or in what it proposes. */
export function concernsPerson(entry: LedgerEntry, personRef: string, textOf: TextOf): boolean {
  return (
    holdsPerson({ ...entry } as unknown as Json, personRef) || proposes(entry, personRef, textOf)
  )
}

/** Whether a field in it that names people names this one. */
export function holdsPerson(value: Json, personRef: string, field = ''): boolean {
  if (typeof value === 'string') return value === personRef && PERSON_FIELD.test(field)
  if (typeof value !== 'object' || value === null) return false
  if (isList(value)) return value.some((each) => holdsPerson(each, personRef, field))
  const { kind, object_id, objectId } = value
  const isObject = object_id === personRef || objectId === personRef
  if (isObject && typeof kind === 'string' && PERSON_KIND.test(kind)) return true
  return Object.entries(value).some(([key, each]) => holdsPerson(each, personRef, key))
}

/** A proposal's edits are a text of JSON beside the entry; a policy is text too, and names nobody. */
function proposes({ kind, after }: LedgerEntry, personRef: string, textOf: TextOf): boolean {
  if (!kind.startsWith('proposal.') || typeof after !== 'object' || after === null) return false
  const { document } = after as { readonly document?: unknown }
  const text = typeof document === 'string' ? textOf(document) : undefined
  return text !== undefined && holdsPerson(JSON.parse(text) as Json, personRef)
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
