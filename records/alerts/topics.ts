import type { TeachingTopic } from '../governance/teaching-topic.ts'
import type { Finding } from './finding.ts'

/** Teaching topics that were announced and agreed to, by their id in the ledger. */
export type Topics = ReadonlyMap<string, TeachingTopic>

/** Refusals of a gate that was cut off are judged late, by their own time; a day is longer than any outage of the journal. */
const KEPT_MS = 24 * 3_600_000

/** The topic that explains a finding, by the time of the attempt; null where none does. */
export function topicOf(
  topics: Topics,
  { at, personRef, category }: Pick<Finding, 'at' | 'personRef' | 'category'>,
): string | null {
  if (personRef === null || category === null) return null
  for (const [id, { persons, categories, from, to }] of topics) {
    const isTime = at >= Date.parse(from) && at < Date.parse(to)
    if (isTime && persons.includes(personRef) && categories.includes(category)) return id
  }
  return null
}

/** Without those that ended long before `now` (epoch ms): a school has thousands of lessons behind it. */
export function topicsSince(topics: Topics, now: number): Topics {
  return new Map([...topics].filter(([, { to }]) => Date.parse(to) > now - KEPT_MS))
}
