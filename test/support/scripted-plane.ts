import type { AttemptKind, AttemptSubject } from '../../records/attempt.ts'
import type { BlockedAnswer, Decider, Stance } from '../../rules/decider.ts'
import { STRICTNESS, type Ruling } from '../../rules/verdict.ts'
import { Meter } from '../../proxy/metrics/meter.ts'
import type { Plane, Subject } from '../../proxy/plane.ts'

/** A plane whose engine is a table, with everything it was told kept for the test to read. */
export interface ScriptedPlane extends Plane {
  clock: number
  decider: Decider
  subject: Subject
  readonly lookups: {
    readonly name: string
    readonly kind: AttemptKind
    readonly reason: string
    readonly at: number
  }[]
  readonly counted: { n: number }
}

export interface Script {
  /** By name in lower case without root dot; subdomains too. Others are allowed. */
  readonly rulings?: Readonly<Record<string, Partial<Ruling>>>
  readonly answer?: BlockedAnswer
  /** Octets with dots between them; a list closes it. */
  readonly refusedAddress?: string
}

export const BLOCKED: Partial<Ruling> = {
  action: 'block',
  reasonCode: 'category',
  category: 'adult.pornography',
  cause: 'the site is in a category that nobody may open here',
}

/** 2026-11-24, a Tuesday, 10:00 in London. */
export const TUESDAY_TEN = Date.UTC(2026, 10, 24, 10)

export function scriptedPlane(script: Script = {}): ScriptedPlane {
  const meter = new Meter()
  const lookups: { name: string; kind: AttemptKind; reason: string; at: number }[] = []
  const counted = { n: 0 }
  const plane: ScriptedPlane = {
    clock: TUESDAY_TEN,
    decider: scriptedDecider(script),
    subject: SUBJECT,
    lookups,
    counted,
    meter,
    now: () => plane.clock,
    engine: () => plane.decider,
    subjectAt: () => plane.subject,
    recorder: {
      lookup(_subject: AttemptSubject, ruling, kind, { bytes, offset, at }) {
        lookups.push({ name: textOf(bytes, offset), kind, reason: ruling.reasonCode ?? 'none', at })
      },
      connection() {
        throw new Error('dns records no connections')
      },
      wentOn() {
        throw new Error('nobody goes on past a dns answer')
      },
    },
    tally: {
      countWire() {
        counted.n += 1
      },
      countHost() {
        throw new Error('dns counts wire names')
      },
    },
  }
  return plane
}

/** Rulings are interned, as the contract wants them: the same words, the same object. */
export function scriptedDecider(script: Script): Decider {
  const allow = rulingOf(0, {})
  const refused = rulingOf(1_000, { action: 'block', reasonCode: 'address_refused' })
  const refusedBy = new Map<string, Ruling>()
  const upstream = (filter: string): Ruling => {
    const known = refusedBy.get(filter)
    const ruling = known ?? rulingOf(900, { action: 'block', reasonCode: 'upstream_filter' })
    refusedBy.set(filter, ruling)
    return ruling
  }
  const rulings = new Map(
    Object.entries(script.rulings ?? {}).map(([name, partial], i) => [
      name,
      rulingOf(i + 1, partial),
    ]),
  )
  const decide = (host: string): Ruling => {
    for (let name = host; name !== ''; name = name.slice(name.indexOf('.') + 1)) {
      const found = rulings.get(name)
      if (found !== undefined) return found
      if (!name.includes('.')) break
    }
    return allow
  }
  return {
    revision: 1,
    decideWire: (_stance, bytes, offset) =>
      // Nothing to look up means nothing to spell out: the allocation test measures the resolver alone.
      rulings.size === 0 ? allow : decide(textOf(bytes, offset)),
    decideHost: (_stance, host) => decide(host),
    decideUrl: (_stance, host) => decide(host),
    judgeTarget(_stance, named, bytes, offset) {
      if (rulings.size === 0) return named
      const target = decide(textOf(bytes, offset))
      return STRICTNESS[target.action] > STRICTNESS[named.action] ? target : named
    },
    judgesAddresses: script.refusedAddress !== undefined,
    judgeAddress: (_stance, named, { bytes, at, octets }) =>
      bytes.subarray(at, at + octets).join('.') === script.refusedAddress ? refused : named,
    refusedUpstream: (_stance, filter) => upstream(filter),
    blockedAnswer: () => script.answer ?? 'nodata',
  }
}

function rulingOf(index: number, partial: Partial<Ruling>): Ruling {
  return {
    index,
    action: 'allow',
    warn: false,
    stage: 'content',
    reasonCode: null,
    profile: 'staff',
    alert: false,
    category: null,
    ruleId: `rule-${index}`,
    listSource: null,
    listVersion: null,
    severity: 'info',
    openedBy: 'nothing',
    safeHost: null,
    window: null,
    cause: 'ordinary rules',
    policyVersion: 1,
    ...partial,
  }
}

const STANCE: Stance = {
  index: 0,
  profile: 'staff',
  reasonCode: null,
  alert: false,
  ruleId: 'access-0',
  window: null,
  timedOpen: true,
  permits: [],
  occasion: null,
  cause: 'staff',
}

const SUBJECT: Subject = {
  index: 0,
  address: '127.0.0.1',
  deviceId: 'd1',
  personRef: 'p1',
  role: 'staff',
  zone: 'staffroom',
  shortestWindow: 'none',
  device: null,
  carriesCa: false,
  stance: STANCE,
  windows: [],
  validUntil: Number.POSITIVE_INFINITY,
}

export function textOf(bytes: Uint8Array, offset: number): string {
  const labels: string[] = []
  let at = offset
  for (;;) {
    const length = bytes[at] ?? 0
    if (length === 0) return labels.join('.').toLowerCase()
    labels.push(Buffer.from(bytes.subarray(at + 1, at + 1 + length)).toString('latin1'))
    at += length + 1
  }
}
