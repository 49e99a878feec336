import { rulesForExport } from '../../rules/posture/export-rules.ts'
import { standingAt, type PostureStanding } from '../../rules/posture/posture-standing.ts'
import type { PostureRules } from '../../rules/posture/posture-rules.ts'
import type { PostureStore, StoredReport } from '../../records/posture/posture-store.ts'
import type { AgentFacts, Register } from '../../records/register/register.ts'
import type { PostureNow } from './posture-facts.ts'

const MINUTE_MS = 60_000

/** After a longer silence than this nobody believes that a laptop was merely asleep. */
const LONGEST_SLEEP_MS = 7 * 86_400_000

export interface PostureWatchParts {
  readonly store: Pick<PostureStore, 'since'>
  /** The newest that the ledger adds up to. */
  readonly register: () => Pick<Register, 'agents'>
  /** Of the policy in force. */
  readonly rules: () => PostureRules
  /** Gate time, epoch ms. */
  readonly clock: () => number
}

interface Watched {
  readonly told: PostureNow | null
  readonly standing: PostureStanding['standing']
  /** Epoch ms; Infinity where only news will change it. */
  readonly until: number
}

/**
 * What the reports of all devices come to, as time passes: the control thread looks twice a second and
 * tells the data threads what changed.
 */
export class PostureWatch {
  readonly #parts: PostureWatchParts
  readonly #last = new Map<string, StoredReport>()
  readonly #watched = new Map<string, Watched>()
  #change = 0
  #agents: Register['agents'] | null = null
  #rules: PostureRules | null = null

  constructor(parts: PostureWatchParts) {
    this.#parts = parts
  }

  /** Every device that is judged by another posture than when last looked. */
  look(): readonly PostureNow[] {
    const news = this.#news()
    const now = this.#parts.clock()
    const changed: PostureNow[] = []
    const devices = news ?? this.#due(now)
    for (const device of devices) {
      const before = this.#watched.get(device)?.told ?? null
      const watched = this.#judge(device, now)
      this.#watched.set(device, watched)
      if (watched.told !== null && watched.told.posture !== before?.posture)
        changed.push(watched.told)
    }
    return changed
  }

  /** How many devices with an agent or an export stand where. */
  standings(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { standing, told } of this.#watched.values())
      if (told !== null) counts.set(standing, (counts.get(standing) ?? 0) + 1)
    return counts
  }

  /** Devices that something was heard of; all of them after a change of policy or ledger; null: none. */
  #news(): Iterable<string> | null {
    const { store, register, rules } = this.#parts
    const { reports, change } = store.since(this.#change)
    this.#change = change
    for (const report of reports) this.#last.set(report.device, report)
    const [agents, asked] = [register().agents, rules()]
    const isSame = agents === this.#agents && asked === this.#rules
    this.#agents = agents
    this.#rules = asked
    if (!isSame) return new Set([...agents.keys(), ...this.#last.keys()])
    // Time passes for the others, too: what is due comes with the news.
    if (reports.length === 0) return null
    return new Set([...reports.map(({ device }) => device), ...this.#due(this.#parts.clock())])
  }

  #due(now: number): readonly string[] {
    const due: string[] = []
    for (const [device, { until }] of this.#watched) if (until <= now) due.push(device)
    return due
  }

  #judge(device: string, now: number): Watched {
    const last = wordOf(this.#agents?.get(device), this.#last.get(device) ?? null)
    if (last === 'nobody') return { told: null, standing: 'stale', until: Infinity }
    const rules = rulesFor(last, this.#parts.rules())
    const { standing, posture, until } = standingAt(last, rules, now)
    const told = { device, posture, wake: posture === 'stale' ? wakeOf(last, rules, now) : null }
    return { told, standing, until: until ?? Infinity }
  }
}

/** Whose word counts of a device: null is an agent that says nothing, `nobody` leaves it to the register. */
function wordOf(
  agent: AgentFacts | undefined,
  heard: StoredReport | null,
): StoredReport | null | 'nobody' {
  const isExported = heard?.source !== undefined
  // An invitation alone judges nobody.
  if (agent === undefined || (agent.publicKey === null && !agent.revoked))
    return isExported ? heard : 'nobody'
  // A device that speaks for itself needs nobody to speak for it.
  return agent.revoked || isExported ? null : heard
}

function rulesFor(last: StoredReport | null, rules: PostureRules): PostureRules {
  return last?.source === undefined ? rules : rulesForExport(last.source, last.facts.os, rules)
}

/** For who was in order to the end of his last report's time. */
function wakeOf(last: StoredReport | null, rules: PostureRules, now: number): PostureNow['wake'] {
  if (last === null || last.source !== undefined || now - last.at > LONGEST_SLEEP_MS) return null
  const end = last.at + rules.maxAgeMin * MINUTE_MS - 1
  if (standingAt(last, rules, end).posture !== 'ok') return null
  return { posture: 'ok', forMs: rules.wakeMin * MINUTE_MS }
}
