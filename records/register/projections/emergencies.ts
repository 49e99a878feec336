import { emergencyBlockFacts } from '../../governance/governance-state.ts'
import { siteEmergencyFacts } from '../../governance/occasion-facts.ts'
import { readAfter, type Projection } from '../projection.ts'

/** `emergency.block`: hosts that nobody reaches. */
export const blockHosts: Projection = ({ emergencyBlocks }, entry) => {
  emergencyBlocks.set(entry.object_id, readAfter(entry, emergencyBlockFacts))
}

/** `emergency.lift`: the policy alone judges them again. */
export const liftBlock: Projection = ({ emergencyBlocks }, entry) => {
  emergencyBlocks.delete(entry.object_id)
}

/** `site_emergency.put`: staff devices get their emergency profile (design.md section 4, step 3). */
export const beginEmergency: Projection = (draft, entry) => {
  draft.siteEmergency = readAfter(entry, siteEmergencyFacts)
}

/** `site_emergency.end` */
export const endEmergency: Projection = (draft) => {
  draft.siteEmergency = null
}
