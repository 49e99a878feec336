import {
  endorsementFacts,
  proposalFacts,
  type Proposal,
} from '../../governance/governance-state.ts'
import { failEntry, readAfter, type Projection } from '../projection.ts'

/** `proposal.put`: a change waits. */
export const putProposal: Projection = ({ proposals }, entry) => {
  proposals.set(entry.object_id, {
    ...readAfter(entry, proposalFacts),
    author: entry.actor,
    authorRole: entry.actor_role,
    at: entry.ts,
    reason: entry.reason,
    state: 'waiting',
    closedBy: null,
    endorsed: null,
  })
}

/** `proposal.endorse`: one of two has said yes; it goes on waiting for the other. */
export const endorseProposal: Projection = ({ proposals }, entry) => {
  const proposal = proposals.get(entry.object_id)
  if (proposal?.state !== 'waiting') return failEntry(entry, 'endorses no proposal that waits')
  const { office } = readAfter(entry, endorsementFacts)
  proposals.set(entry.object_id, { ...proposal, endorsed: { by: entry.actor, office } })
}

function close(state: Proposal['state']): Projection {
  return ({ proposals }, entry) => {
    const proposal = proposals.get(entry.object_id)
    if (proposal?.state !== 'waiting') return failEntry(entry, 'ends no proposal that waits')
    proposals.set(entry.object_id, { ...proposal, state, closedBy: entry.actor })
  }
}

/** `proposal.approve`: the entries behind it in its batch are what it proposed. */
export const approveProposal = close('approved')
/** `proposal.refuse` */
export const refuseProposal = close('refused')
/** `proposal.withdraw` */
export const withdrawProposal = close('withdrawn')
