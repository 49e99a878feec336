import type { Duty, GovernanceState, Office } from './governance-state.ts'
import { onDuty } from './standing.ts'

/** How long each level has before the matter passes on (issue 3, section 2). */
export const ESCALATE_MS = 30 * 60_000

/** Who is asked, level by level. The deputy on cover has the lead's duty, so he is in the first level. */
const LEVELS: Readonly<Record<Office, readonly (readonly Duty[])[]>> = {
  dsl: [['dsl'], ['deputy_dsl'], ['head']],
  // A school whose only senior leader asks for himself still has somebody to say yes or no.
  head: [['head', 'slt'], ['dsl'], ['deputy_dsl']],
  headteacher: [['head'], ['dsl'], ['deputy_dsl']],
}

/** Where two offices must agree, neither is stood in for by the other. */
const ALONE: Readonly<Record<Office, readonly (readonly Duty[])[]>> = {
  dsl: [['dsl'], ['deputy_dsl']],
  head: [['head', 'slt']],
  headteacher: [['head']],
}

/** A matter that somebody must see to. */
export interface Matter {
  readonly group: Office
  /** One of two yeses: it passes on within the office only. */
  readonly alone?: boolean
  /** Epoch ms. */
  readonly since: number
  /** Never asked, never allowed: the author, the person it is about. */
  readonly barred: (person: string) => boolean
}

export interface Responsible {
  /** Who must act now: the last level that was reached. */
  readonly due: readonly string[]
  /** Who may act now: those before as well. */
  readonly may: readonly string[]
  /** When it passes on, epoch ms; null when nobody is left to pass it to. */
  readonly passesAt: number | null
}

/**
 * Whose matter it is at `at`. A level where nobody is able to act takes no time: a disabled or absent
 * lead is skipped at once, and so is one who wrote the change.
 */
export function responsibleAt(state: GovernanceState, matter: Matter, at: number): Responsible {
  const levels = (matter.alone === true ? ALONE : LEVELS)[matter.group]
    .map((duties) => onDuty(state, duties, at).filter((person) => !matter.barred(person)))
    .filter((people) => people.length > 0)
  const passed = Math.max(0, Math.floor((at - matter.since) / ESCALATE_MS))
  const level = Math.min(passed, levels.length - 1)
  return {
    due: levels[level] ?? [],
    may: [...new Set(levels.slice(0, level + 1).flat())],
    passesAt: level + 1 < levels.length ? matter.since + (level + 1) * ESCALATE_MS : null,
  }
}
