import { classFacts } from '../../governance/permission-facts.ts'
import { readAfter, type Projection } from '../projection.ts'

/** `class.put`: who teaches whom, and when. */
export const putClass: Projection = ({ classes }, entry) => {
  classes.set(entry.object_id, readAfter(entry, classFacts))
}

/** `class.remove` */
export const removeClass: Projection = ({ classes }, entry) => {
  classes.delete(entry.object_id)
}
