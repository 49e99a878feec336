import { reviewFacts } from '../../governance/governance-state.ts'
import { readAfter, type Projection } from '../projection.ts'

/** Every entry: what lets somebody do more or less waits for a review; what founded the ledger does not. */
export const queueForReview: Projection = (draft, entry) => {
  draft.foundingBatch ??= entry.batch
  if (entry.batch === draft.foundingBatch || entry.direction === 'neutral') return
  const { seq, actor, kind, object_id, ts, direction, reason, approval } = entry
  const approvedBy = approval?.by ?? null
  const change = { seq, actor, kind, object_id, ts, direction, reason, approvedBy, answer: null }
  draft.queue.set(String(seq), change)
  draft.unreviewed = draft.queue.size
}

/** `review.put`: a question or a no leaves the change in the queue, with what was said. */
export const reviewEntries: Projection = (draft, entry) => {
  const { from, to, result } = readAfter(entry, reviewFacts)
  for (const [key, change] of draft.queue) {
    if (change.seq < from || change.seq > to) continue
    if (result === 'reviewed') draft.queue.delete(key)
    else draft.queue.set(key, { ...change, answer: result })
  }
  draft.unreviewed = draft.queue.size
}
