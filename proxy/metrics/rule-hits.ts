import type { RuleHits } from '../../records/rule-hits/rule-hit-log.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import type { Ruling } from '../../rules/verdict.ts'
import type { Cell } from './meter.ts'

/** How often a data thread hands its counts over: what a kill loses. */
export const RULE_HITS_MS = 60_000

/**
 * How often each rule that the policy file names decided: the access rule that gave the device its profile, and
 * the site rule that settled the name. Only those, so that the counts are as many as the policy has rules, and
 * never those of one person's grant. No metric: ten thousand rules would be as many series.
 */
export class RuleHitCounts {
  #rules: ReadonlySet<string>
  /** Rulings are interned, so the object itself finds its cells. */
  #cells = new Map<Ruling, readonly [Cell, Cell]>()
  readonly #byRule = new Map<string, Cell>()

  constructor(policy: Policy) {
    this.#rules = rulesOf(policy)
  }

  /** Allocates only for a ruling not seen since the last `follow`. */
  count(ruling: Ruling): void {
    const cells = this.#cells.get(ruling) ?? this.#cellsOf(ruling)
    cells[0].n += 1
    cells[1].n += 1
  }

  /** Call when a new revision is in force; what was counted stays until it is taken. */
  follow(policy: Policy): void {
    this.#rules = rulesOf(policy)
    this.#cells = new Map()
  }

  /** What was counted since the last call. */
  take(): RuleHits {
    const hits: [string, number][] = []
    for (const [rule, cell] of this.#byRule) {
      if (cell.n > 0) hits.push([rule, cell.n])
      // A rule of a former policy; no ruling has its cell any more.
      if (!this.#rules.has(rule)) this.#byRule.delete(rule)
      cell.n = 0
    }
    return hits
  }

  #cellsOf(ruling: Ruling): readonly [Cell, Cell] {
    const { ruleId, accessRule = ruleId } = ruling
    // A refusal by an access rule is one hit of it, and not two.
    const cells = [
      this.#cellOf(accessRule),
      ruleId === accessRule ? { n: 0 } : this.#cellOf(ruleId),
    ] as const
    this.#cells.set(ruling, cells)
    return cells
  }

  #cellOf(rule: string): Cell {
    // Counted nowhere: the engine's own steps, categories, permissions.
    if (!this.#rules.has(rule)) return { n: 0 }
    const known = this.#byRule.get(rule)
    if (known !== undefined) return known
    const cell: Cell = { n: 0 }
    this.#byRule.set(rule, cell)
    return cell
  }
}

function rulesOf({ access, sites, siteOverrides = [] }: Policy): ReadonlySet<string> {
  return new Set(
    [...access, ...sites, ...siteOverrides.map(({ rule }) => rule)].map(({ id }) => id),
  )
}
