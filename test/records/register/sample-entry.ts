import { sealEntry } from '../../../records/ledger/chain.ts'
import type { LedgerEntry } from '../../../records/ledger/entry.ts'
import type { TextOf } from '../../../records/register/projection.ts'
import { fold, type Register } from '../../../records/register/register.ts'

/** Entries in a chain from what is different in each; the rest is a device that was put. */
export function chainOf(changes: readonly Partial<LedgerEntry>[]): LedgerEntry[] {
  const entries: LedgerEntry[] = []
  for (const change of changes) {
    const previous = entries.at(-1)
    const seq = entries.length + 1
    const body = {
      ...{ v: 1, seq, id: `id-${seq}`, batch: 'b-1', ts: '2026-11-24T10:00:00.000Z', site: 'ex' },
      ...{ actor: 'file', actor_role: 'file', kind: 'device.put', object_type: 'device' },
      ...{ object_id: 'x', before: null, after: null, reason: 'imported from a file' },
      ...{ direction: 'neutral' as const, affected_roles: [], approval: null, review: null },
      ...{ policy_version_from: 0, policy_version_to: 0 },
      ...change,
      prev_hash: previous?.hash ?? '0'.repeat(64),
    }
    entries.push({ ...body, hash: sealEntry(body).hash })
  }
  return entries
}

/** The register after these. */
export function registerOf(
  changes: readonly Partial<LedgerEntry>[],
  textOf: TextOf = () => undefined,
): Register {
  return fold(chainOf(changes), textOf)
}
