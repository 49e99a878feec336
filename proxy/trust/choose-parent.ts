import { resolve } from 'node:path'
import { sha256 } from '../../records/ledger/chain.ts'
import { readPolicyFile, type ChooseParent } from '../../records/register/policy-file.ts'
import type { Register } from '../../records/register/register.ts'
import { splitPolicyText } from '../../rules/policy/policy-text.ts'
import type { Config } from '../config.ts'
import { readCanaryReport, type CanaryReport } from './canary-report.ts'

/** A canary writes each minute: after an hour of silence nobody knows how it is. */
const FRESH_MS = 3_600_000

interface Patience {
  readonly holdHours: number
  /** Epoch ms, real time. */
  readonly now: number
}

/** Why a parent waits, in words; null: the canary has had it for long enough, without an alarm. */
export function whyHeld(
  offered: string,
  report: CanaryReport | null,
  patience: Patience,
): string | null {
  const since = (told: CanaryReport) => (told.parent === sha256(offered) ? told.since : null)
  return whyWaits(report, since, patience)
}

/** The same of a copy of a fetched list, by its digest. */
export function whyCopyHeld(
  list: string,
  digest: string,
  { report, ...patience }: Patience & { readonly report: CanaryReport | null },
): string | null {
  const since = ({ lists }: CanaryReport) =>
    lists[list]?.find((copy) => copy.digest === digest)?.since ?? null
  return whyWaits(report, since, patience)
}

function whyWaits(
  report: CanaryReport | null,
  sinceIn: (report: CanaryReport) => string | null,
  { holdHours, now }: Patience,
): string | null {
  if (report === null) return 'the canary has not reported'
  if (now - Date.parse(report.written) > FRESH_MS) return 'the canary has not reported for an hour'
  const since = sinceIn(report)
  if (since === null) return 'the canary has another one'
  if (report.alarms.length > 0) return `the canary has an alarm: ${report.alarms[0] ?? ''}`
  const hours = (now - Date.parse(since)) / 3_600_000
  return hours >= holdHours
    ? null
    : `the canary has had it for ${hours.toFixed(1)} of ${holdHours} hours`
}

/** The parent in force stays until the canary has tried the new one; the first of a school waits for nobody. */
export function chooserOf(
  { trust }: Config,
  directory: string,
  register: Register,
  now: number,
): ChooseParent | undefined {
  if (trust.ring !== 'follow' || trust.report === null) return undefined
  const path = resolve(directory, trust.report)
  const inForce = splitPolicyText(register.policy?.text ?? '').parent
  return (offered) => {
    if (inForce === null || inForce.text === offered.text) return offered
    const held = whyHeld(offered.text, readCanaryReport(path), { holdHours: trust.holdHours, now })
    return held === null ? offered : inForce
  }
}

/** What waits for the canary, and why; null where nothing does. */
export function heldParent(
  config: Config,
  directory: string,
  register: Register,
  now: number,
): string | null {
  const { trust } = config
  if (trust.ring !== 'follow' || trust.report === null) return null
  const read = readPolicyFile(resolve(directory, config.policy))
  const offered = 'text' in read ? splitPolicyText(read.text).parent : null
  const inForce = splitPolicyText(register.policy?.text ?? '').parent
  if (offered === null || inForce === null || offered.text === inForce.text) return null
  const report = readCanaryReport(resolve(directory, trust.report))
  const why = whyHeld(offered.text, report, { holdHours: trust.holdHours, now })
  return why === null ? null : `the trust's new policy \`${offered.name}\` waits: ${why}`
}

/** What the canary tells of its parent. */
export function digestOfParent(register: Register): string | null {
  const { parent } = splitPolicyText(register.policy?.text ?? '')
  return parent === null ? null : sha256(parent.text)
}
