import { listChoiceFacts } from '../../governance/list-choice.ts'
import { readAfter, type Projection } from '../projection.ts'

/** `list.put`: which copies of a fetched list may be in force. */
export const putListChoice: Projection = ({ listChoices }, entry) => {
  listChoices.set(entry.object_id, readAfter(entry, listChoiceFacts))
}
