import { NO_CHOICE, type ListChoice } from '../../../records/governance/list-choice.ts'
import type { FetchedListPolicy } from '../../../rules/policy/policy.ts'
import type { ListSource } from '../list-source.ts'
import { copySources } from './copy-sources.ts'
import { copyInForce } from './feed-state.ts'
import { FeedStore } from './feed-store.ts'

/** What people decided on fetched lists, by list id: part of the register. */
export type ListChoices = ReadonlyMap<string, ListChoice>

/** The files of a fetched list that are to be in force; else a sentence why there are none. */
export type FindFeedSources = (
  list: FetchedListPolicy,
) => readonly ListSource[] | { readonly awaited: string } | { readonly missing: string }

/** Looks into the copies that the gate keeps in its records; nothing is fetched. */
export function feedSources(recordsDirectory: string, choices: ListChoices): FindFeedSources {
  const store = new FeedStore(recordsDirectory)
  return (list) => {
    const copy = copyInForce(store.read(list), choices.get(list.id) ?? NO_CHOICE)
    if (copy === null)
      return { awaited: `list \`${list.id}\`: not fetched yet, nothing of it is in force` }
    const sources = copySources(list, store.pathOf(list.id, copy.digest))
    return sources.length > 0 ? sources : { missing: `list \`${list.id}\`: its copy is gone` }
  }
}
