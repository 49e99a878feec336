import type { BypassAttempt } from '../../records/alerts/bypass-attempts.ts'
import type { EventFacts, EventKind } from '../../records/alerts/judge-event.ts'
import type { SanctionFacts } from '../../records/governance/sanction-facts.ts'
import type { LedgerWriter, Written } from '../../records/ledger/ledger-writer.ts'
import type { Register } from '../../records/register/register.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import { isBypassAttempt, type BypassSanction } from '../../rules/sanctions/sanctions.ts'
import { ROLES, type Role } from '../../rules/subject.ts'
import { AttemptWindows } from './attempt-windows.ts'

/** Somebody else appends at the same moment, at most a few times in a row. */
const MAX_TRIES = 10

export interface SanctionKeeperParts {
  readonly site: string
  readonly writer: LedgerWriter
  /** The register as this node's ledger has it. */
  readonly register: () => Register
  /** The policy in force. */
  readonly policy: () => Policy
  readonly tellEvent: (kind: EventKind, facts: EventFacts) => void
  /** Gate time, epoch ms. */
  readonly clock: () => number
  readonly log: {
    info(details: object, message: string): void
    error(details: object, message: string): void
  }
}

/**
 * What follows attempts to get round the filter, by the policy's rule: an entry of the ledger, so that every gate of the
 * site applies it, `explain` knows of it, and a person can lift it. The gate decides nothing here that a
 * person has not written into the policy.
 */
export class SanctionKeeper {
  readonly #parts: SanctionKeeperParts
  readonly #windows = new AttemptWindows()
  /** One after the other: each looks at what the one before has left. */
  #imposing: Promise<void> = Promise.resolve()
  #imposed = 0

  constructor(parts: SanctionKeeperParts) {
    this.#parts = parts
  }

  /** How many this gate has imposed since its start. */
  get imposed(): number {
    return this.#imposed
  }

  /** Takes in what may be attempts; returns at once. */
  attempts(seen: readonly BypassAttempt[]): void {
    const rule = this.#parts.policy().sanctions ?? null
    if (rule === null) return
    for (const attempt of seen) this.#count(attempt, rule)
  }

  /** Puts a sanction in force. Never rejects; true once it is in the ledger. */
  impose(facts: SanctionFacts, reason: string): Promise<boolean> {
    const imposed = this.#imposing.then(() => this.#append(facts, reason))
    this.#imposing = imposed.then(() => undefined)
    return imposed
  }

  /** Resolves when what was begun is done. */
  idle(): Promise<void> {
    return this.#imposing
  }

  #count(attempt: BypassAttempt, rule: BypassSanction): void {
    if (!isBypassAttempt(rule, attempt) || isExempt(rule, attempt.role)) return
    const { person, device } = attempt
    const who = person === null ? `device ${device ?? ''}` : `person ${person}`
    const { blockRef: id, at } = attempt
    const count = this.#windows.note(who, { id, at }, rule.withinMs)
    if (count < rule.count) return
    const now = this.#parts.clock()
    this.#windows.settle(who, now)
    void this.#lockOut(attempt, { count, now, rule })
  }

  async #lockOut(
    { person, device, role, zone }: BypassAttempt,
    {
      count,
      now,
      rule,
    }: { readonly count: number; readonly now: number; readonly rule: BypassSanction },
  ): Promise<void> {
    const until = new Date(now + rule.lockoutMs).toISOString()
    const subject = { person, device: person === null ? device : null, role }
    const facts: SanctionFacts = {
      ...{ kind: 'lockout', ...subject, site: null, attempts: count },
      ...{ from: new Date(now).toISOString(), to: until },
    }
    const minutes = rule.withinMs / 60_000
    const reason = `${count} attempts to get round the filter within ${minutes} minutes`
    if (!(await this.impose(facts, reason))) return
    this.#parts.tellEvent('sanction', {
      ...{ subject: person ?? device ?? '', role, zone, attempts: count, until },
      ...(person === null ? {} : { person }),
      ...(device === null ? {} : { device }),
    })
  }

  async #append(facts: SanctionFacts, reason: string): Promise<boolean> {
    const { log } = this.#parts
    try {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const written = await this.#try(facts, reason)
        if (written.kind === 'appended') {
          this.#imposed += 1
          log.info({ kind: facts.kind, until: facts.to }, 'a sanction is in force')
          return true
        }
        if (written.kind !== 'conflict') {
          log.error({ problem: written.message }, 'a sanction could not be put in force')
          return false
        }
      }
      log.error({}, 'a sanction could not be put in force: the ledger is too busy')
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause)
      log.error({ problem }, 'a sanction could not be put in force')
    }
    return false
  }

  #try(facts: SanctionFacts, reason: string): Promise<Written> {
    const { site, writer, register, clock } = this.#parts
    const { headSeq } = register()
    const command = {
      ...{ kind: 'sanction.put' as const, objectId: `s${headSeq + 1}`, before: null, after: facts },
      ...{ direction: 'tighten' as const, affectedRoles: rolesOf(facts), reason, approval: null },
    }
    const who = { site, actor: 'gate', actorRole: 'gate', at: clock(), basedOn: headSeq }
    return writer.append([command], { ...who, documents: [] })
  }
}

function isExempt({ exempt }: BypassSanction, role: string): boolean {
  return exempt.some((one) => one === role)
}

function rolesOf({ role }: SanctionFacts): readonly Role[] {
  return ROLES.filter((one) => one === role)
}
