import { sanctionFacts } from '../../governance/sanction-facts.ts'
import { readAfter, type Projection } from '../projection.ts'

/** `sanction.put`: what the gate has imposed; it ends by itself. */
export const putSanction: Projection = ({ sanctions }, entry) => {
  sanctions.set(entry.object_id, readAfter(entry, sanctionFacts))
}

/** `sanction.lift`: before its time. */
export const liftSanction: Projection = ({ sanctions }, entry) => {
  sanctions.delete(entry.object_id)
}
