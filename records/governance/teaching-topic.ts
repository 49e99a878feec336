import { z } from 'zod'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { Register } from '../register/register.ts'

const instant = z.iso.datetime({ offset: true })

/** More than any class, less than a school: what a whole school is taught is no lesson. */
const MAX_PUPILS = 60
const MAX_CATEGORIES = 20

/** A double lesson; a whole day of silence is not what a topic is for. */
const LONGEST_MS = 4 * 3_600_000

/** `topic.put`: what a class is taught, so that what its pupils look up then alarms nobody. */
export const topicFacts = z.strictObject({
  class: z.string().min(1).max(100),
  /** The pupils of the class, by reference. */
  persons: z.array(z.string().min(1).max(100)).max(MAX_PUPILS),
  categories: z.array(z.string().min(1).max(100)).max(MAX_CATEGORIES),
  /** RFC 3339, half-open. */
  from: instant,
  to: instant,
})
export type TeachingTopic = z.infer<typeof topicFacts>

/** Why it is no topic; undefined for one that is. Asked when it is announced: the taxonomy may change later. */
export function problemOfTopic(
  { persons, categories, from, to }: TeachingTopic,
  { people }: Pick<Register, 'people'>,
): string | undefined {
  const length = Date.parse(to) - Date.parse(from)
  if (persons.length === 0) return 'the class has no pupils'
  const other = persons.find((person) => people.get(person)?.role !== 'pupil')
  if (other !== undefined) return `\`${other}\` is no pupil of this school`
  if (length <= 0) return 'the topic ends before it begins'
  if (length > LONGEST_MS) return 'a topic lasts four hours at most'
  if (categories.length === 0) return 'the topic names no category'
  for (const id of categories) {
    const category = findCategory(id)
    if (category === undefined) return `there is no category \`${id}\``
    // No lesson explains what is illegal to look at.
    if (category.lock === 'SEALED') return `alerts of \`${id}\` are never suppressed`
  }
  return undefined
}
