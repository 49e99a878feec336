import type { z } from 'zod'
import type { LedgerEntry } from '../ledger/entry.ts'
import type { Register } from './register.ts'

/** The register while entries are read into it: a copy, so that the register read on from stays a value. */
export type RegisterDraft = {
  -readonly [Field in keyof Register]: Register[Field] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : Register[Field]
}

/** The text with a hash; the ledger keeps texts once, apart from the entries. */
export type TextOf = (hash: string) => string | undefined

/** What one entry changes in the register. Throws (`failEntry`) for an entry that has no meaning. */
export type Projection = (draft: RegisterDraft, entry: LedgerEntry, textOf: TextOf) => void

/** `entry.after` as the facts that its kind promises; throws when they are none. */
export function readAfter<T>(entry: LedgerEntry, schema: z.ZodType<T>): T {
  const read = schema.safeParse(entry.after)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  return failEntry(
    entry,
    `holds no usable facts (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`,
  )
}

/** Stops the reading with the entry named: a gate must not start on half a register. */
export function failEntry(entry: LedgerEntry, message: string): never {
  throw new Error(`ledger entry ${entry.seq} (${entry.kind} \`${entry.object_id}\`) ${message}`)
}
