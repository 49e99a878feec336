import { ENTRY_VERSION, type LedgerEntry } from '../ledger/entry.ts'
import type { TextOf } from '../register/projection.ts'
import { fold, type Register } from '../register/register.ts'
import type { Edit } from './judge-edit.ts'

/**
 * The register as it would be after the edits, or why an edit holds no usable facts. By the very fold
 * that every start does: an entry that it can't read would keep the gate from starting for ever.
 */
export function rehearse(
  edits: readonly Edit[],
  register: Register,
  textOf: TextOf,
): Register | string {
  try {
    return fold(
      edits.map((edit) => entryOf(edit, register)),
      textOf,
      register,
    )
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return message.replace(/^ledger entry \d+ /, '')
  }
}

/** Chained to the head and to each other by the same hash; neutral, so that nothing is queued. */
function entryOf({ kind, objectId, after }: Edit, register: Register): LedgerEntry {
  return {
    v: ENTRY_VERSION,
    seq: register.headSeq + 1,
    id: '',
    batch: '',
    ts: '',
    site: '',
    actor: '',
    actor_role: '',
    kind,
    object_type: '',
    object_id: objectId,
    before: null,
    after,
    direction: 'neutral',
    affected_roles: [],
    reason: '',
    approval: null,
    review: null,
    policy_version_from: register.revision,
    policy_version_to: register.revision,
    prev_hash: register.headHash,
    hash: register.headHash,
  }
}
