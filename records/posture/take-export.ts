import { randomBytes } from 'node:crypto'
import { rulesForExport, type ExportSource } from '../../rules/posture/export-rules.ts'
import type { PostureRules } from '../../rules/posture/posture-rules.ts'
import { failingSince, standingAt } from '../../rules/posture/posture-standing.ts'
import type { Register } from '../register/register.ts'
import type { PostureStore, StoredReport } from './posture-store.ts'
import type { ExportedDevice } from './read-export.ts'

export interface TakeExportDeps {
  readonly register: Pick<Register, 'agents' | 'devices'>
  readonly rules: PostureRules
  readonly store: PostureStore
  /** Gate time, epoch ms. */
  readonly now: number
  /** Only says what would become of it. */
  readonly dryRun: boolean
}

/** What became of an export, a list of devices or numbers each. */
export interface TakenExport {
  /** With where each stands now. */
  readonly taken: readonly (readonly [device: string, posture: string])[]
  /** Heard of as lately before. */
  readonly unchanged: readonly string[]
  /** Speak for themselves by an agent. */
  readonly withAgent: readonly string[]
  /** Serial numbers that no device of the register has (`asset.serial`). */
  readonly unknown: readonly string[]
}

/** Keeps what a device management knew of the register's devices, each as old as its last contact. */
export function takeExport(
  source: ExportSource,
  devices: readonly ExportedDevice[],
  deps: TakeExportDeps,
): TakenExport {
  const bySerial = new Map<string, string>()
  for (const { id, asset } of deps.register.devices.values())
    if (asset?.serial !== undefined) bySerial.set(asset.serial.toUpperCase(), id)
  const taken: [string, string][] = []
  const [unchanged, withAgent, unknown]: [string[], string[], string[]] = [[], [], []]
  for (const exported of devices) {
    const device = bySerial.get(exported.serial.toUpperCase())
    if (device === undefined) unknown.push(exported.serial)
    else if (hasAgent(device, deps)) withAgent.push(device)
    else {
      const posture = keep(source, device, { ...exported, deps })
      if (posture === null) unchanged.push(device)
      else taken.push([device, posture])
    }
  }
  return { taken, unchanged, withAgent, unknown }
}

function hasAgent(device: string, { register }: TakeExportDeps): boolean {
  const agent = register.agents.get(device)
  return agent !== undefined && (agent.publicKey !== null || agent.revoked)
}

/** Null where something as new is kept: yesterday's export must not undo today's. */
function keep(
  source: ExportSource,
  device: string,
  { seenAt, facts, deps }: ExportedDevice & { readonly deps: TakeExportDeps },
): string | null {
  const before = deps.store.last(device)
  if (before?.source !== undefined && before.at >= seenAt) return null
  const rules = rulesForExport(source, facts.os, deps.rules)
  const report: StoredReport = {
    ...{ device, source, facts, at: seenAt, ts: new Date(seenAt).toISOString() },
    nonce: randomBytes(16).toString('base64url'),
    failingSince: failingSince(facts, seenAt, {
      ...{ rules, before: before?.source === undefined ? null : before },
    }),
  }
  const standing = standingAt(report, rules, deps.now)
  if (!deps.dryRun) deps.store.put(report, standing)
  return standing.posture
}
