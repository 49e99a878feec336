import { unmaskFacts } from '../../governance/governance-state.ts'
import { readAfter, type Projection } from '../projection.ts'

/** `unmask.put`: who asked may look behind the pseudonym for a while. */
export const putUnmasking: Projection = ({ unmaskings }, entry) => {
  const { viewer_class: viewerClass, seen_at: seenAt = entry.ts } = readAfter(entry, unmaskFacts)
  const approvedBy = entry.approval?.by ?? null
  const { actor: askedBy, reason, ts: approvedAt } = entry
  unmaskings.set(entry.object_id, { askedBy, viewerClass, approvedBy, reason, seenAt, approvedAt })
}
