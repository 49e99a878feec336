/** What becomes of a request, from mildest to strictest (design.md section 4, step 11). */
export const ACTIONS = ['allow', 'warn', 'restrict', 'block'] as const
export type Action = (typeof ACTIONS)[number]

/** How strict an action is: its place in `ACTIONS`. */
export const STRICTNESS: Readonly<Record<Action, number>> = {
  allow: 0,
  warn: 1,
  restrict: 2,
  block: 3,
}

export type Severity = 'info' | 'low' | 'medium' | 'high'

/**
 * What opened a name that its categories alone would not (design.md section 4, steps 2, 4, 9, 10).
 * It decides how a CNAME, HTTPS or SVCB target of the name is judged.
 */
export type OpenedBy = 'nothing' | 'wellbeing' | 'systems' | 'site' | 'education'

/**
 * One answer of the decision, without the moment and the asker: interned per engine, so that equal
 * answers are the same object, the hot path allocates nothing and counters can hang on `index`.
 */
export interface Ruling {
  /** Dense, unique within its engine; another revision's engine numbers anew. */
  readonly index: number
  readonly action: Action
  /** Show the warn page where one can be shown; a name that restricts and warns does both. */
  readonly warn: boolean
  readonly stage: 'access' | 'content'
  /** Null when the ordinary rules allow. */
  readonly reasonCode: string | null
  /** Null when access is denied. */
  readonly profile: string | null
  readonly alert: boolean
  /** The category that decided, named on allow too; null where no category was asked. */
  readonly category: string | null
  readonly ruleId: string
  /** The rule of the access stage that put the device where it is, whoever settled the name. */
  readonly accessRule?: string
  readonly listSource: string | null
  readonly listVersion: string | null
  readonly severity: Severity
  readonly openedBy: OpenedBy
  /**
   * The host whose addresses stand in for the name's own, so that what it shows is harmless; null where
   * it is reached as it is. Names below an engine's are not meant: a ruling is for one name.
   */
  readonly safeHost: string | null
  /** The window that decided the access; null where no window did. */
  readonly window: string | null
  /** A sentence a teacher understands: the same words on the page, in the DNS answer and the journal. */
  readonly cause: string
  readonly policyVersion: number
  /** In a zone that is only observed: what it would be in one that enforces; then `action` is `allow`. */
  readonly wouldBe?: Action | null
  /** Let through, and slower than its class because of how much the device has moved (`throttle` in the journal). */
  readonly isSlowed?: boolean
}

/** Refused or warned of, had the zone enforced: recorded as `observe`, and counted as no refusal. */
export function isObserved({ wouldBe }: Ruling): boolean {
  return wouldBe === 'block' || wouldBe === 'warn'
}

/** The verdict as commands print it (design.md section 6). */
export interface Verdict {
  readonly action: Action
  readonly reason_code: string | null
  readonly profile: string | null
  readonly alert: boolean
  readonly zone: string
  readonly windows: readonly string[]
  readonly category: string | null
  readonly rule_id: string
  readonly list_source: string | null
  readonly list_version: string | null
  readonly policy_version: number
  readonly valid_until: string | null
  readonly cause: string
  /** Beside the contract's keys, where restrict leads to a safe host. */
  readonly safe_host?: string
  /** Only in a zone that is observed, where it differs from `action`. */
  readonly would_be?: Action
}

/** RFC 8914 info-code of a blocked answer: 16 censored (sealed), 17 filtered (category), 15 blocked. */
export function extendedErrorOf(ruling: Ruling): 15 | 16 | 17 {
  if (ruling.reasonCode === 'sealed') return 16
  if (ruling.reasonCode === 'category') return 17
  return 15
}
