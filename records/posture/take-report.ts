import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import type { OperatingSystem, SignedReport } from '../../rules/posture/posture-report.ts'
import { POSTURE_CHECKS, type PostureRules } from '../../rules/posture/posture-rules.ts'
import {
  failingSince,
  standingAt,
  type LastReport,
  type PostureStanding,
} from '../../rules/posture/posture-standing.ts'
import { claimedDevice, readReport } from '../../rules/posture/read-report.ts'
import { reportText } from '../../rules/posture/report-text.ts'
import type { Register } from '../register/register.ts'
import type { PostureStore, StoredReport } from './posture-store.ts'

/** How far a device's clock may be from the gate's; school laptops set theirs by NTP. */
export const MAX_SKEW_MS = 5 * 60_000

/** Why a report is not believed. */
export const REPORT_REFUSALS = [
  /** Of no device with an agent whose key counts: never enrolled, or revoked. */
  'unknown_device',
  'malformed',
  /** It holds what no report may hold of such a device. */
  'forbidden',
  /** Not signed with the key of the device that it says it is of. */
  'forged',
  /** The device's clock is too far from ours, or the report was held back on the way. */
  'clock_skew',
  /** It was taken before. */
  'replayed',
  /** A newer one was taken before: what was held back must not undo it. */
  'out_of_order',
] as const
export type ReportRefusal = (typeof REPORT_REFUSALS)[number]

export type TakenReport =
  | {
      readonly ok: true
      readonly device: string
      readonly standing: PostureStanding
      readonly os: OperatingSystem
    }
  | { readonly ok: false; readonly reason: ReportRefusal; readonly message: string }

export interface TakeDeps {
  readonly register: Pick<Register, 'agents' | 'devices'>
  readonly rules: PostureRules
  readonly store: PostureStore
  /** Gate time, epoch ms. */
  readonly now: number
}

/**
 * A report as it came over the network, believed and kept, or refused and counted by its reason. In this
 * order: shape, signature, time, so that nothing is learnt from a body that is not the device's own.
 */
export function takeReport(body: string, deps: TakeDeps): TakenReport {
  const judged = judgeReport(body, deps)
  if (judged.ok) return keep(judged.signed, { ...deps, before: judged.before, outcome: 'taken' })
  deps.store.countRefusal(judged.reason)
  return judged
}

/** A report as another gate of the site took it. */
export interface HeardReport {
  /** As the device sent it. */
  readonly body: string
  /** Gate time there, epoch ms. */
  readonly takenAt: number
  /** Since when what fails has failed, as that gate knows. */
  readonly failingSince: LastReport['failingSince']
}

/**
 * Believes what another gate took as if it had come here at that moment: signed by the device, not older than
 * its time says, and newer than what is known. What fails has failed since the earlier of the two beginnings.
 */
export function hearReport(
  { body, takenAt, failingSince: told }: HeardReport,
  deps: Omit<TakeDeps, 'now'>,
): TakenReport {
  const at = { ...deps, now: takenAt }
  const judged = judgeReport(body, at)
  if (!judged.ok) return judged
  const known = judged.before?.failingSince ?? {}
  const earlier = Object.fromEntries(
    POSTURE_CHECKS.map((check) => [
      check,
      Math.min(known[check] ?? takenAt, told[check] ?? takenAt),
    ]),
  )
  return keep(judged.signed, { ...at, before: { failingSince: earlier }, outcome: 'heard' })
}

type Refused = Extract<TakenReport, { ok: false }>

type Judged =
  | { readonly ok: true; readonly signed: SignedReport; readonly before: StoredReport | null }
  | Refused

function judgeReport(body: string, deps: TakeDeps): Judged {
  const { store, now } = deps
  const known = knownDevice(body, deps)
  // A body of nobody is read all the same, to say what is wrong with its shape.
  const read = readReport(body, known?.ownership ?? 'personal')
  if (!read.ok) return refused(read.reason, `${read.path}: ${read.message}`)
  if (known === null) return refused('unknown_device', 'this device has no agent here: enrol it')
  if (!isSigned(read.signed, known.publicKey))
    return refused('forged', 'it is not signed with the key of this device')
  const before = store.last(known.id)
  return faultOfTime(read.signed, before, now) ?? { ok: true, signed: read.signed, before }
}

/** The device that the body says it is of, where that has an agent whose key counts. */
function knownDevice(body: string, { register }: TakeDeps) {
  const id = claimedDevice(body)
  const publicKey = id === null ? undefined : register.agents.get(id)?.publicKey
  const ownership = id === null ? undefined : register.devices.get(id)?.ownership
  const isKnown = id !== null && typeof publicKey === 'string' && ownership !== undefined
  return isKnown ? { id, publicKey, ownership } : null
}

function isSigned({ report, signature }: SignedReport, publicKey: string): boolean {
  const text = Buffer.from(reportText(report))
  return verify(null, text, keyOf(publicKey), Buffer.from(signature, 'base64url'))
}

/** Strictly newer than the last: so a report counts once, and one that was held back never. */
function faultOfTime(
  { report: { ts, nonce } }: SignedReport,
  last: StoredReport | null,
  now: number,
): Refused | null {
  const at = Date.parse(ts)
  if (Number.isNaN(at) || Math.abs(at - now) > MAX_SKEW_MS)
    return refused(
      'clock_skew',
      `the device's clock says ${ts}, the gate's ${new Date(now).toISOString()}`,
    )
  if (last === null || at > Date.parse(last.ts)) return null
  return nonce === last.nonce
    ? refused('replayed', 'this report was taken before')
    : refused('out_of_order', `a report of ${last.ts} was taken before`)
}

interface Keeping extends TakeDeps {
  readonly before: Pick<LastReport, 'failingSince'> | null
  readonly outcome: 'taken' | 'heard'
}

function keep({ report, signature }: SignedReport, deps: Keeping): TakenReport {
  const { store, rules, now, before, outcome } = deps
  const { device_id: device, nonce, ts, ...facts } = report
  const last: StoredReport = {
    ...{ device, nonce, ts, facts, at: now, signature },
    failingSince: failingSince(facts, now, { rules, before }),
  }
  const standing = standingAt(last, rules, now)
  store.put(last, standing, outcome)
  return { ok: true, device, standing, os: facts.os }
}

/** INVARIANT: `agent.enrol` takes no text that is not 32 octets in base64url. */
export function keyOf(publicKey: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
}

function refused(reason: ReportRefusal, message: string): Refused {
  return { ok: false, reason, message }
}
