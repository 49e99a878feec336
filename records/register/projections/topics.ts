import { topicFacts } from '../../governance/teaching-topic.ts'
import { readAfter, type Projection } from '../projection.ts'

/** `topic.put`: what a class is taught from when to when. */
export const putTopic: Projection = ({ topics }, entry) => {
  topics.set(entry.object_id, readAfter(entry, topicFacts))
}

/** `topic.end`: alerts of the class are told again. */
export const endTopic: Projection = ({ topics }, entry) => {
  topics.delete(entry.object_id)
}
