import { rulesForExport, type ExportSource } from '../rules/posture/export-rules.ts'
import { standingAt } from '../rules/posture/posture-standing.ts'
import type { PostureRules } from '../rules/posture/posture-rules.ts'
import { PostureStore, type StoredReport } from '../records/posture/posture-store.ts'
import type { AgentFacts } from '../records/register/register.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf } from './arguments.ts'
import { recordsOf } from './backup.ts'
import type { DeskCommandDeps } from './desk-command.ts'
import { postureRulesOf } from './posture-rules-of.ts'
import { openSiteDesk } from './site-desk.ts'

const OPTIONS = { records: { type: 'string' }, config: { type: 'string' } } as const

/** `agent list`: a line a device with where it stands; `agent list DEVICE`: where it has stood. */
export async function listAgents(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return wrong(parsed, deps)
  const [device, ...rest] = parsed.positionals
  if (rest.length > 0) return wrong('name one device, or none', deps)
  const [records, config] = [textOf(parsed, 'records'), textOf(parsed, 'config')]
  const place = recordsOf({ records, config }, deps.resolveRecords)
  if ('problem' in place) return wrong(place.problem, deps)
  try {
    const opened = await openSiteDesk(place.directory, deps, { readOnly: true })
    if (typeof opened === 'string') return no(opened, deps)
    await using site = opened
    using store = PostureStore.open(place.directory)
    const register = site.view.current()
    const rules = postureRulesOf(register)
    if (device !== undefined) return listHistory(device, store, deps)
    for (const [id, agent] of register.agents)
      deps.out(lineOf(id, agent, { store, rules, now: deps.now() }))
    for (const report of store.since(0).reports)
      if (report.source !== undefined && !hasAgent(register.agents.get(report.device)))
        deps.out(exportLine(report, report.source, { rules, now: deps.now() }))
    return EXIT.done
  } catch (error) {
    if (error instanceof StoreRefused) return no(error.message, deps)
    throw error
  }
}

function listHistory(device: string, store: PostureStore, { out }: DeskCommandDeps): number {
  for (const { at, posture, failed } of store.history(device)) {
    const also = failed.length === 0 ? '' : ` (${failed.join(', ')})`
    out(`${new Date(at).toISOString()} ${posture}${also}`)
  }
  return EXIT.done
}

function hasAgent(agent: AgentFacts | undefined): boolean {
  return agent !== undefined && (agent.publicKey !== null || agent.revoked)
}

/** A device that a device management speaks for: where it stands, by whom, and how old that is. */
function exportLine(
  report: StoredReport,
  source: ExportSource,
  { rules, now }: { readonly rules: PostureRules; readonly now: number },
): string {
  const asked = rulesForExport(source, report.facts.os, rules)
  const { standing, failed } = standingAt(report, asked, now)
  const heard = `last seen by ${source} at ${new Date(report.at).toISOString()}`
  return `${report.device}: ${[standing, ...failed].join(' ')}, ${heard}`
}

function lineOf(
  id: string,
  agent: AgentFacts,
  {
    store,
    rules,
    now,
  }: { readonly store: PostureStore; readonly rules: PostureRules; readonly now: number },
): string {
  const invited = agent.invitation === null ? '' : `, invited until ${agent.invitation.until}`
  if (agent.revoked) return `${id}: revoked${invited}`
  if (agent.publicKey === null) return `${id}: not enrolled yet${invited}`
  const stored = store.last(id)
  const last = stored?.source === undefined ? stored : null
  const { standing, failed } = standingAt(last, rules, now)
  const heard =
    last === null ? 'never heard of' : `last heard of at ${new Date(last.at).toISOString()}`
  return `${id}: ${[standing, ...failed].join(' ')}, ${heard}${invited}`
}

function wrong(problem: string, { err }: DeskCommandDeps): number {
  err(`${problem}\nusage: schoolgate agent list [DEVICE] (--records DIR | --config FILE)`)
  return EXIT.usage
}

function no(problem: string, { err }: DeskCommandDeps): number {
  err(problem)
  return EXIT.no
}
