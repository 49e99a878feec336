import { obtainLists } from '../proxy/policy/obtain-lists.ts'

/**
 * `obtainLists` for a command beside a gate: the image that the gate has kept, while no file has changed
 * since, so that `explain` compiles nothing; what has changed is compiled here and left to the gate to keep.
 */
export const listsBesideGate: typeof obtainLists = (found, directory) =>
  obtainLists(found, directory, { writes: false })

/** The same for a command that makes several revisions: the same lists are obtained once. */
export function sharedLists(): typeof obtainLists {
  const known = new Map<string, ReturnType<typeof obtainLists>>()
  return (found, directory) => {
    const key = JSON.stringify([found, directory])
    const lists = known.get(key) ?? listsBesideGate(found, directory)
    known.set(key, lists)
    return lists
  }
}
