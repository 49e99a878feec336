import { formatInstant } from './time/clock-text.ts'
import type { Ruling, Verdict } from './verdict.ts'

/** The moment's part of a verdict, which the interned ruling leaves out. */
export interface VerdictMoment {
  readonly zone: string
  readonly windows: readonly string[]
  /** Epoch ms; `Infinity` when no known edge changes the answer. */
  readonly validUntil: number
}

/** The verdict that `explain`, the block page's JSON and the API print, keys in the contract's order. */
export function verdictOf(ruling: Ruling, { zone, windows, validUntil }: VerdictMoment): Verdict {
  return {
    action: ruling.action,
    reason_code: ruling.reasonCode,
    profile: ruling.profile,
    alert: ruling.alert,
    zone,
    windows,
    category: ruling.category,
    rule_id: ruling.ruleId,
    list_source: ruling.listSource,
    list_version: ruling.listVersion,
    policy_version: ruling.policyVersion,
    valid_until: Number.isFinite(validUntil) ? formatInstant(validUntil) : null,
    cause: ruling.cause,
    ...(ruling.safeHost === null ? {} : { safe_host: ruling.safeHost }),
    ...(ruling.wouldBe ? { would_be: ruling.wouldBe } : {}),
  }
}
