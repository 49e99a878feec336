import { holdEngine } from '../safe-modes/hold-engine.ts'
import type { Engine } from '../safe-modes/engines.ts'
import { getCategory } from '../taxonomy/taxonomy.ts'
import type { CompiledProfile, ContentOutcome, ContentQuestion } from './judge-content.ts'
import type { PolicyName } from './policy-names.ts'

/** The engine that the name belongs to; no host is in two rows of the table. */
export function engineOf(names: readonly PolicyName[]): Engine | null {
  return names.find((name) => name.kind === 'engine')?.engine ?? null
}

/** A known engine is in its category whether a list says so or not, as if the table were one more list. */
export function recognised(question: ContentQuestion, engine: Engine | null): ContentQuestion {
  if (engine === null || question.found.some(({ category }) => category.id === engine.category))
    return question
  const found = [...question.found, { category: getCategory(engine.category), list: null }]
  return { ...question, found: found.sort((a, b) => a.category.index - b.category.index) }
}

/**
 * What restrict comes to. A known engine that is open is reached at its maker's safe host, if the
 * profile wants it so. One that has no such host is closed where restrict opened it and the profile
 * says so; a site rule that names it, or another action for its category, is a person's decision.
 * A site that the table does not know stays open: there is nothing to hold it to.
 */
export function inSafeMode(
  outcome: ContentOutcome,
  profile: CompiledProfile | null,
  engine: Engine | null,
): ContentOutcome {
  if (engine === null || profile === null || outcome.action === 'block') return outcome
  const hold = holdEngine(engine, profile.policy)
  switch (hold.kind) {
    case 'at':
      return {
        ...outcome,
        action: 'restrict',
        safe: { engine, host: hold.host, level: hold.level },
      }
    case 'safe':
      return { ...outcome, safe: { engine, host: null, level: null } }
    case 'free':
      return { ...outcome, action: unrestricted(outcome) }
    case 'unheld':
      return profile.policy.withoutSafeMode === 'block' && outcome.action === 'restrict'
        ? refusedFor(engine, outcome)
        : outcome
  }
}

/** Restrict that holds nothing back must not say that it does. */
function unrestricted({ action, warn }: ContentOutcome): 'allow' | 'warn' {
  return action === 'warn' || warn ? 'warn' : 'allow'
}

function refusedFor(engine: Engine, outcome: ContentOutcome): ContentOutcome {
  return {
    ...outcome,
    action: 'block',
    warn: false,
    reasonCode: 'category',
    ruleId: `safe_mode.${engine.id}`,
    safe: { engine, host: null, level: null },
  }
}
