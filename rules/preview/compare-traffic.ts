import type { Engine } from '../engine.ts'
import type { Policy } from '../policy/policy.ts'
import { STRICTNESS, type Action, type Ruling } from '../verdict.ts'

/** What was asked by devices in a profile, and how it was answered; without anybody's identity. */
export interface SeenTraffic {
  readonly host: string
  /** `''` where access was denied. */
  readonly profile: string
  readonly verdict: Action
  readonly requests: number
  /** About how many devices asked, in the busiest hour. */
  readonly devices: number
}

/** A policy with its engine. */
export interface PolicySide {
  readonly policy: Policy
  readonly engine: Engine
  /** Epoch ms: site rules that are over by then count no more, and those that begin later do. */
  readonly at: number
}

/** A host that the draft answers otherwise for a profile. */
export interface TrafficChange {
  readonly host: string
  readonly profile: string
  readonly from: Action
  readonly to: Action
  /** Why it is closed after the change; null where it is open. */
  readonly reason: string | null
  /** The category that decides after the change; null where none is asked. */
  readonly category: string | null
  /** The rule that decides after the change. */
  readonly rule: string
  readonly requests: number
  readonly devices: number
}

export interface TrafficPreview {
  /** Milder answers, most devices first. */
  readonly opens: readonly TrafficChange[]
  /** Stricter ones, likewise. */
  readonly closes: readonly TrafficChange[]
  /** Profiles that were in use and that the draft does not have. */
  readonly gone: readonly GoneProfile[]
  /** Requests of devices that were let in nowhere: the tally does not know which rule would let them in. */
  readonly refused: number
}

export interface GoneProfile {
  readonly profile: string
  readonly hosts: number
  readonly requests: number
}

/**
 * Recent traffic, answered by the policy in force and by a draft. The traffic knows profiles and not
 * devices: who gets which profile, where and when, is compared by `rules/direction`.
 */
export function compareTraffic(
  seen: readonly SeenTraffic[],
  now: PolicySide,
  draft: PolicySide,
): TrafficPreview {
  const changes = new Map<string, TrafficChange>()
  const gone = new Map<string, GoneProfile>()
  let refused = 0
  for (const traffic of seen) {
    if (traffic.profile === '') refused += traffic.requests
    else if (!has(draft.policy, traffic.profile)) addGone(gone, traffic)
    else addChange(changes, changeOf(traffic, now, draft))
  }
  const sorted = [...changes.values()].sort(byDevices)
  return {
    opens: sorted.filter(({ from, to }) => STRICTNESS[to] < STRICTNESS[from]),
    closes: sorted.filter(({ from, to }) => STRICTNESS[to] > STRICTNESS[from]),
    gone: [...gone.values()].sort((a, b) => b.requests - a.requests),
    refused,
  }
}

function has({ profiles }: Policy, profile: string): boolean {
  return profiles.some(({ id }) => id === profile)
}

function addGone(gone: Map<string, GoneProfile>, { profile, requests }: SeenTraffic): void {
  const known = gone.get(profile) ?? { profile, hosts: 0, requests: 0 }
  gone.set(profile, { profile, hosts: known.hosts + 1, requests: known.requests + requests })
}

function addChange(changes: Map<string, TrafficChange>, change: TrafficChange | null): void {
  if (change === null) return
  const { host, profile, from, to } = change
  const key = JSON.stringify([host, profile, from, to])
  const known = changes.get(key)
  if (known === undefined) changes.set(key, change)
  else
    changes.set(key, {
      ...change,
      requests: known.requests + change.requests,
      devices: Math.max(known.devices, change.devices),
    })
}

function changeOf(traffic: SeenTraffic, now: PolicySide, draft: PolicySide): TrafficChange | null {
  const { host, profile, requests, devices } = traffic
  const before = answerThen(traffic, now)
  const after = answerOf(draft, traffic, before.timedOpen)
  if (after === null || after.action === before.action) return null
  return {
    ...{ host, profile, from: before.action, to: after.action, requests, devices },
    ...{ reason: after.reasonCode, category: after.category, rule: after.ruleId },
  }
}

interface Then {
  readonly action: Action
  /** Timed categories were open when it was asked. */
  readonly timedOpen: boolean
}

/**
 * What is in force answers; of the two times of day that a profile may have, the one that explains what
 * was answered. Where neither does (the policy has changed since, or a grant opened it), what was
 * answered counts.
 */
function answerThen(traffic: SeenTraffic, now: PolicySide): Then {
  for (const timedOpen of [false, true]) {
    const answer = answerOf(now, traffic, timedOpen)
    if (answer?.action === traffic.verdict) return { action: answer.action, timedOpen }
  }
  return { action: traffic.verdict, timedOpen: false }
}

/** Null where the policy has no such profile. */
function answerOf(
  { policy, engine, at }: PolicySide,
  { host, profile }: SeenTraffic,
  timedOpen: boolean,
): Ruling | null {
  const { social = false, timedOutside = null } =
    policy.profiles.find(({ id }) => id === profile) ?? {}
  // Social time is always open; a profile without a window has no other time of day.
  const isOpen = social || (timedOutside !== null && timedOpen)
  const stance = engine.stanceIn(profile, isOpen, at)
  return stance === null ? null : engine.decideHost(stance, host)
}

function byDevices(a: TrafficChange, b: TrafficChange): number {
  return b.devices - a.devices || b.requests - a.requests || (a.host < b.host ? -1 : 1)
}
