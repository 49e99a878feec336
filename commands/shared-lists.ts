import { obtainLists } from '../proxy/policy/obtain-lists.ts'

/** `obtainLists` for a command that makes several revisions: the same lists are compiled once. */
export function sharedLists(): typeof obtainLists {
  const known = new Map<string, ReturnType<typeof obtainLists>>()
  return (sources, directory) => {
    const key = JSON.stringify([sources, directory])
    const lists = known.get(key) ?? obtainLists(sources, directory)
    known.set(key, lists)
    return lists
  }
}
