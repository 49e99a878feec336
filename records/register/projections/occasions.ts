import { occasionFacts } from '../../governance/occasion-facts.ts'
import { readAfter, type Projection } from '../projection.ts'

/** `occasion.put`: what is otherwise than usual for a while; putting it again moves its end. */
export const putOccasion: Projection = ({ occasions }, entry) => {
  occasions.set(entry.object_id, readAfter(entry, occasionFacts))
}

/** `occasion.end`: before its time. */
export const endOccasion: Projection = ({ occasions }, entry) => {
  occasions.delete(entry.object_id)
}
