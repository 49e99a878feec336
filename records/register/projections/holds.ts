import { holdFacts } from '../../governance/governance-state.ts'
import { failEntry, readAfter, type Projection } from '../projection.ts'

/** `hold.put`: entries of the journal that no retention reaches from now on. */
export const putHold: Projection = ({ holds }, entry) => {
  const { actor: by, ts: at, reason } = entry
  holds.set(entry.object_id, {
    ...{ facts: readAfter(entry, holdFacts), placed: { by, at, reason }, released: null },
  })
}

/** `hold.release`: they are as old as they are again. */
export const releaseHold: Projection = ({ holds }, entry) => {
  const hold = holds.get(entry.object_id) ?? failEntry(entry, 'releases what was never held')
  const { actor: by, ts: at, reason } = entry
  holds.set(entry.object_id, { ...hold, released: { by, at, reason } })
}
