import type { Decider, Stance } from '../../../rules/decider.ts'
import type { Ruling } from '../../../rules/verdict.ts'
import type { AttemptSubject, Layer } from '../../../records/attempt.ts'
import type { Plane, Subject } from '../../../proxy/plane.ts'
import { Meter } from '../../../proxy/metrics/meter.ts'

export interface RecordedConnection {
  readonly subject: AttemptSubject
  readonly ruling: Ruling
  readonly layer: Layer
  readonly host: string
  readonly path: string
}

/** A plane whose engine is a function of host and path, and that remembers what it was told. */
export class ScriptedPlane implements Plane {
  readonly meter = new Meter()
  readonly connections: RecordedConnection[] = []
  readonly counted: string[] = []
  at = Date.parse('2026-11-24T10:15:00Z')
  decide: (host: string, path: string, address: string) => Partial<Ruling>
  revision = 1
  /** An IPv4 address that a list closes. */
  refusedAddress = ''
  readonly wentOn: { address: string; host: string; path: string; at: number }[] = []
  readonly #rulings = new Map<string, Ruling>()
  readonly #subjects = new Map<string, Subject>()

  constructor(decide: ScriptedPlane['decide'] = () => ({})) {
    this.decide = decide
  }

  readonly recorder: Plane['recorder'] = {
    lookup: () => {
      throw new Error('the proxy looks nothing up in the recorder')
    },
    connection: (subject, ruling, layer, { host, path }) => {
      this.connections.push({ subject, ruling, layer, host, path })
    },
    wentOn: (subject, _ruling, { host, path, at }) => {
      this.wentOn.push({ address: subject.address, host, path, at })
    },
  }

  readonly tally: Plane['tally'] = {
    countWire: () => {
      throw new Error('the proxy has no wire names')
    },
    countHost: (_subject, ruling, host) => {
      this.counted.push(`${ruling.action} ${host}`)
    },
  }

  now(): number {
    return this.at
  }

  engine(): Decider {
    return {
      revision: this.revision,
      decideWire: () => this.#ruling({}),
      decideHost: (stance, host) => this.#ruling(this.decide(host, '', stance.cause)),
      decideUrl: (stance, host, path) => this.#ruling(this.decide(host, path, stance.cause)),
      judgeTarget: (_stance, named) => named,
      judgesAddresses: this.refusedAddress !== '',
      judgeAddress: (_stance, named, { bytes, at, octets }) => {
        const text = [...bytes.subarray(at, at + octets)].slice(-4).join('.')
        if (text !== this.refusedAddress) return named
        return this.#ruling({ action: 'block', reasonCode: 'address_refused', ruleId: 'address.x' })
      },
      refusedUpstream: (_stance, filter) =>
        this.#ruling({ action: 'block', reasonCode: 'upstream_filter', listSource: filter }),
      blockedAnswer: () => 'page',
    }
  }

  subjectAt(address: string): Subject {
    const known = this.#subjects.get(address)
    if (known !== undefined) return known
    const subject: Subject = {
      index: this.#subjects.size,
      address,
      deviceId: null,
      personRef: null,
      role: 'pupil',
      zone: 'classroom',
      shortestWindow: 'lesson',
      device: null,
      carriesCa: false,
      // The stance carries the address, so that a script can decide by device.
      stance: { ...STANCE, cause: address },
      windows: ['lesson'],
      validUntil: Infinity,
    }
    this.#subjects.set(address, subject)
    return subject
  }

  metric(name: string, labels: Record<string, string> = {}): number {
    return this.meter.counter(name, labels).n
  }

  #ruling(fields: Partial<Ruling>): Ruling {
    const key = JSON.stringify(fields)
    const known = this.#rulings.get(key)
    if (known !== undefined) return known
    const ruling: Ruling = { ...ALLOW, ...fields, index: this.#rulings.size }
    this.#rulings.set(key, ruling)
    return ruling
  }
}

const STANCE: Stance = {
  index: 0,
  profile: 'pupil_secondary',
  reasonCode: null,
  alert: false,
  ruleId: 'access/1',
  window: null,
  timedOpen: false,
  permits: [],
  occasion: null,
  cause: '',
}

const ALLOW: Ruling = {
  index: 0,
  action: 'allow',
  warn: false,
  stage: 'content',
  reasonCode: null,
  profile: 'pupil_secondary',
  alert: false,
  category: 'sec.uncategorised',
  ruleId: 'profile/pupil_secondary',
  listSource: null,
  listVersion: null,
  severity: 'info',
  openedBy: 'nothing',
  safeHost: null,
  window: null,
  cause: 'nothing speaks against it',
  policyVersion: 1,
}

export const BLOCK: Partial<Ruling> = {
  action: 'block',
  reasonCode: 'category',
  category: 'adult.pornography',
  listSource: 'starter',
  severity: 'high',
  cause: 'sites of the category Pornography are blocked for pupils',
}

export const WARN: Partial<Ruling> = {
  action: 'warn',
  warn: true,
  category: 'leisure.games',
  cause: 'games are not for lessons',
}
