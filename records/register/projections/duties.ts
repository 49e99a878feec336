import { coverFacts, holderFacts } from '../../governance/governance-state.ts'
import { readAfter, type Projection } from '../projection.ts'

/** `role.put`: the duties that the person has from now on. */
export const putRole: Projection = ({ holders }, entry) => {
  holders.set(entry.object_id, readAfter(entry, holderFacts))
}

/** `role.remove`: the person has no duty any more. */
export const removeRole: Projection = ({ holders }, entry) => {
  holders.delete(entry.object_id)
}

/** `cover.put`: who stands in; putting it again with an earlier end ends it. */
export const putCover: Projection = ({ covers }, entry) => {
  covers.set(entry.object_id, readAfter(entry, coverFacts))
}
