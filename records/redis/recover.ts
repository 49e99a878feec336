import type { Json } from '../canonical-json.ts'
import type { LedgerCommand, LedgerEntry, LedgerKind } from '../ledger/entry.ts'
import { isUrgentTightening } from './tightening.ts'

/** Their `before`, `after` or object speak of entries by number, and the numbers were the lost branch's. */
const BOUND_TO_BRANCH: ReadonlySet<string> = new Set([
  'ledger.found',
  'ledger.recovered',
  'proposal.put',
  'proposal.endorse',
  'proposal.approve',
  'proposal.refuse',
  'proposal.withdraw',
  'review.put',
])

/**
 * The commands that bring the entries of a lost branch back into the chain, nothing left out. A change of
 * something that the chain has not touched `since` is in force again, and one that shuts somebody out is
 * in any case. Any other would undo a later decision: it comes back as `ledger.recovered`, which changes
 * nothing and waits to be read.
 */
export function recoveredCommands(
  orphans: readonly LedgerEntry[],
  since: Iterable<LedgerEntry>,
): readonly LedgerCommand[] {
  const touched = new Map<string, Json>()
  for (const entry of since)
    if (entry.recovered === undefined) touched.set(objectOf(entry), entry.after)
  return orphans.map((orphan) => {
    const later = touched.get(objectOf(orphan))
    const isFree = later === undefined || (isUrgentTightening(orphan) && !overwrites(orphan, later))
    if (BOUND_TO_BRANCH.has(orphan.kind) || !isFree) return kept(orphan)
    return {
      ...common(orphan),
      kind: orphan.kind as LedgerKind,
      objectId: orphan.object_id,
      before: later === undefined ? orphan.before : later,
      after: orphan.after,
      direction: orphan.direction,
    }
  })
}

/** Ids follow the ledger's numbers, so another branch may have closed another site under the same one. */
function overwrites({ kind }: LedgerEntry, later: Json): boolean {
  return kind === 'site.put' && later !== null
}

function kept(orphan: LedgerEntry): LedgerCommand {
  return {
    ...common(orphan),
    kind: 'ledger.recovered',
    objectId: orphan.id,
    before: null,
    // The spread gives the interface the index signature that `Json` asks for.
    after: { ...orphan } as unknown as Json,
    direction: 'neutral',
  }
}

function common(
  orphan: LedgerEntry,
): Pick<LedgerCommand, 'affectedRoles' | 'reason' | 'approval' | 'author' | 'recovered'> {
  const { seq, id, ts, hash } = orphan
  return {
    affectedRoles: orphan.affected_roles,
    reason: orphan.reason,
    approval: orphan.approval,
    author: { actor: orphan.actor, actorRole: orphan.actor_role },
    recovered: orphan.recovered ?? { seq, id, ts, hash },
  }
}

function objectOf({ object_type, object_id }: LedgerEntry): string {
  return `${object_type} ${object_id}`
}
