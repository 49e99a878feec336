/** What becomes of an entry when its time has come. */
export type Deed = 'erase_search_term' | 'pseudonymise' | 'purge'

/** Which entries a rule is for. */
export type RetentionClass = 'ordinary' | 'evidence'

export interface RetentionRule {
  /** Noted beside what was done. */
  readonly name: string
  readonly of: RetentionClass
  readonly deed: Deed
  /** From the attempt. */
  readonly afterDays: number
}

/** High-risk and sealed hits are evidence (requirements.md 6.9); the rest is not. */
export const IS_EVIDENCE_SQL = "(severity = 'high' OR reason_code = 'sealed')"

export const IDENTITY_DAYS = 35
/** 13 months. */
export const REFUSAL_DAYS = 396
/** Seven years, with their leap days. */
export const EVIDENCE_DAYS = 7 * 365 + 2

/**
 * How long what is kept (requirements.md 6.9), in the order that it is done in:
 *
 * - search terms 7 days, 90 where they may be evidence;
 * - refusals 35 days with the person's reference, then pseudonymised, gone after 13 months, so that a
 *   yearly review can compare; their counts stay, because they say nothing of anybody;
 * - evidence 7 years. An open incident holds its entries for longer (legal-holds.ts), and one that is
 *   closed holds them until 7 years from then.
 */
export const RETENTION_RULES: readonly RetentionRule[] = [
  { name: 'search terms', of: 'ordinary', deed: 'erase_search_term', afterDays: 7 },
  { name: 'search terms of evidence', of: 'evidence', deed: 'erase_search_term', afterDays: 90 },
  { name: 'identities', of: 'ordinary', deed: 'pseudonymise', afterDays: IDENTITY_DAYS },
  { name: 'refusals', of: 'ordinary', deed: 'purge', afterDays: REFUSAL_DAYS },
  { name: 'evidence', of: 'evidence', deed: 'purge', afterDays: EVIDENCE_DAYS },
]
