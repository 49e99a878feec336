import type { FeedProblem, SealedFeed } from '../../rules/sealed/sealed-feed.ts'

/** A feed that was signed by somebody this gate knows, and the text that it was read from. */
export interface SignedFeed {
  readonly feed: SealedFeed
  readonly text: string
}

/** What a feed must be to be taken for the one that the configuration names. */
export interface WantedFeed {
  readonly id: string
  readonly category: string
  readonly hashKeyId: string
}

export interface FeedChoice {
  /** Null: no valid copy, and the gate serves only the portal and `support.*`. */
  readonly inForce: SignedFeed | null
  /** Why the offered file is not taken; null where it is, or is what is in force already. */
  readonly refused: string | null
}

/**
 * The feed to put in force, of the file that is offered and the copy kept of the one before. A valid
 * copy is replaced by a newer one alone, and by nothing else: neither its age nor a bad file ends it.
 */
export function chooseFeed(
  wanted: WantedFeed,
  offered: SignedFeed | FeedProblem,
  kept: SignedFeed | null,
): FeedChoice {
  const usable = kept !== null && problemOf(wanted, kept.feed) === null ? kept : null
  if ('problem' in offered) return { inForce: usable, refused: offered.problem }
  const problem = problemOf(wanted, offered.feed) ?? rollbackOf(offered, kept)
  return problem === null
    ? { inForce: offered, refused: null }
    : { inForce: usable, refused: problem }
}

function problemOf(wanted: WantedFeed, feed: SealedFeed): string | null {
  if (feed.id !== wanted.id) return `it is feed \`${feed.id}\`, not \`${wanted.id}\``
  if (feed.category !== wanted.category)
    return `it is of \`${feed.category}\`, not of \`${wanted.category}\``
  if (feed.hashKeyId !== wanted.hashKeyId)
    return `it was hashed with key ${feed.hashKeyId}, this gate has ${wanted.hashKeyId}`
  return null
}

/** A signature says who, not when: without this an old feed, validly signed, would open what is new. */
function rollbackOf({ feed, text }: SignedFeed, kept: SignedFeed | null): string | null {
  if (kept === null || feed.serial > kept.feed.serial) return null
  if (feed.serial < kept.feed.serial)
    return `its serial ${feed.serial} is older than ${kept.feed.serial}, which is in force`
  return text === kept.text ? null : `its serial ${feed.serial} was used for other contents before`
}
