import { z } from 'zod'
import { ROLES } from '../../rules/subject.ts'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { Json } from '../canonical-json.ts'
import type { Register } from '../register/register.ts'
import { judgement } from './judgement.ts'
import { needing, policyOf, type JudgedPermission } from './judged-permission.ts'

/** A copy's content, SHA-256 in hex. */
const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** Copies that were once kept out; the publisher makes new ones and these are forgotten. */
const MAX_REJECTED = 20

/** `list.put`: what people decided on the copies of a fetched list. */
export const listChoiceFacts = z.strictObject({
  /** A copy that was held for what it would close, and may come into force. */
  accepted: digest.nullable(),
  /** The accepted one may be much smaller than the one before it: what it lacks is open then. */
  smaller: z.boolean(),
  /** A copy that was held, and stays out. */
  refused: digest.nullable(),
  /** Copies that were in force and must not be: the one before them is. */
  rejected: z.array(digest).max(MAX_REJECTED),
})
export type ListChoice = z.infer<typeof listChoiceFacts>

export const NO_CHOICE: ListChoice = { accepted: null, smaller: false, refused: null, rejected: [] }

/** The choice with a held copy let in. */
export function accepting(choice: ListChoice, copy: string, smaller: boolean): ListChoice {
  const rejected = choice.rejected.filter((each) => each !== copy)
  return { accepted: copy, smaller, refused: null, rejected }
}

/** The choice with a held copy kept out. */
export function refusing(choice: ListChoice, copy: string): ListChoice {
  return { ...choice, refused: copy }
}

/** The choice with a copy in force taken out; the oldest is forgotten where there are too many. */
export function rejecting(choice: ListChoice, copy: string): ListChoice {
  const others = choice.rejected.filter((each) => each !== copy)
  return { ...choice, rejected: [...others, copy].slice(-MAX_REJECTED) }
}

/**
 * What a choice does, and whose yes it needs. Letting in a copy that closes more tightens and is in force at
 * once; keeping a held one out changes nothing. Going back to the copy before, or letting in a much smaller
 * one, opens what is not in it: for a list of ordinary categories at once and reviewed, as a correction is;
 * where LOCKED ones are among it (an archive may hold any) after the safeguarding lead's yes.
 */
export function judgeChoice(
  list: string,
  { after, before }: { readonly after: Json; readonly before: Json },
  register: Register,
): JudgedPermission {
  const found = policyOf(register)?.lists.find(({ id }) => id === list)
  if (found?.kind !== 'url') return `the policy fetches no list \`${list}\``
  const is = after as unknown as ListChoice
  const was = (before ?? NO_CHOICE) as unknown as ListChoice
  if (!opens(is, was))
    return needing(null, closes(is, was) ? judgement('tighten', ROLES) : judgement('neutral', []))
  const lock = findCategory(found.category ?? '')?.lock ?? 'LOCKED'
  return needing(lock === 'LOCKED' ? 'dsl' : null, judgement('loosen', ROLES))
}

function closes(is: ListChoice, was: ListChoice): boolean {
  return is.accepted !== was.accepted || is.rejected.length < was.rejected.length
}

function opens(is: ListChoice, was: ListChoice): boolean {
  if (is.rejected.some((copy) => !was.rejected.includes(copy))) return true
  if (is.accepted === null) return was.accepted !== null
  return is.smaller && (!was.smaller || is.accepted !== was.accepted)
}
