import type { AttemptRecorder, Layer } from '../../records/attempt.ts'
import { rateInWords } from '../../rules/bandwidth/bandwidth.ts'
import type { Decider, Stance } from '../../rules/decider.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import type { Ruling } from '../../rules/verdict.ts'
import type { Relayed } from '../http/flow.ts'
import type { Subject } from '../plane.ts'
import { Account, type DeviceTable } from './device-table.ts'
import { FREE, PacedFlow, type FlowLimits, type FlowMeter } from './flow-meter.ts'
import type { WaitingRoom } from './pacer.ts'

/** As many as a thread keeps subjects: of more, all are looked up anew. */
const MAX_ACCOUNTS = 65_536

/** Whose place in the table it is; the control thread knows devices by it. */
export interface Metered {
  readonly place: number
  /** The device's id, else its address. */
  readonly who: string
  readonly deviceId: string | null
  readonly personRef: string | null
  readonly role: string
  readonly zone: string
  readonly phase: string | null
}

export interface MeteringParts {
  readonly table: DeviceTable
  readonly room: WaitingRoom
  readonly now: () => number
  readonly engine: () => Decider
  readonly subjectAt: (address: string) => Subject
  readonly recorder: Pick<AttemptRecorder, 'connection'>
  readonly onMetered: (metered: Metered) => void
}

/** What a data thread asks of bandwidth: an account for a device, a meter for a flow. */
export class Metering {
  readonly #parts: MeteringParts
  readonly #slowed = new WeakMap<Ruling, Ruling>()
  #accounts = new Map<string, Account>()
  #closed: ReadonlySet<string> = new Set()
  #heavy: number | null = null
  #countsAll = false

  constructor(parts: MeteringParts) {
    this.#parts = parts
  }

  /** With each revision, before flows are asked for again. */
  follow({ bandwidth, profiles }: Policy): void {
    this.#heavy = bandwidth?.heavyTalker?.slow ?? null
    this.#countsAll = (bandwidth?.heavyTalker ?? null) !== null
    this.#closed = new Set(profiles.filter(({ closed }) => closed !== null).map(({ id }) => id))
  }

  /** Whether the device has used up the quota of its stance; allocates nothing once it was asked. */
  isSpent(subject: Omit<Subject, 'stance'>, { bandwidth }: Stance): boolean {
    if (bandwidth?.quota === undefined || bandwidth.quota === null) return false
    return this.#accountOf(subject).isSpent(bandwidth.index)
  }

  /** For what was just let through; help, school systems and closed profiles go free. */
  flow(address: string, relayed: Relayed): FlowMeter {
    const subject = this.#parts.subjectAt(address)
    const ruling = this.#rulingOf(subject, relayed)
    const limits = this.#limitsOf(subject.stance, ruling)
    if (limits === null) return FREE
    const account = this.#accountOf(subject)
    if (!account.isMetered) return FREE
    account.belongTo(limits.classIndex < 0 ? null : limits.classIndex)
    const layer = relayed.path === '' ? 'connect' : 'http'
    const onSlowed = (): void => {
      this.#note(address, relayed, layer)
    }
    return new PacedFlow(account, limits, { room: this.#parts.room, onSlowed })
  }

  /** The meter of a flow that runs on under another policy or in another window. */
  renew(address: string, relayed: Relayed, meter: FlowMeter): void {
    // One that goes free stays so until it ends: a swap must not wire up what moves without a meter.
    if (!(meter instanceof PacedFlow)) return
    const { stance } = this.#parts.subjectAt(address)
    const limits = this.#limitsOf(stance, this.#rulingOf({ stance }, relayed))
    meter.limits = limits ?? NO_LIMITS
    meter.account.belongTo(meter.limits.classIndex < 0 ? null : meter.limits.classIndex)
  }

  #rulingOf({ stance }: Pick<Subject, 'stance'>, { host, path }: Relayed): Ruling {
    const engine = this.#parts.engine()
    return path === '' ? engine.decideHost(stance, host) : engine.decideUrl(stance, host, path)
  }

  /** Null for what goes free. */
  #limitsOf(stance: Stance, ruling: Ruling): FlowLimits | null {
    if (this.#goesFree(stance, ruling)) return null
    const limits = stance.bandwidth ?? null
    // Nothing is held back where a zone is only observed; it is counted all the same.
    if (limits === null || stance.observes === true) {
      const heavy = stance.observes === true ? null : this.#heavy
      return { ...NO_LIMITS, heavy, classIndex: limits?.index ?? -1 }
    }
    const { down, up, quota, index } = limits
    return { down, up, spent: quota?.slow ?? null, heavy: this.#heavy, classIndex: index }
  }

  #goesFree({ profile, bandwidth }: Stance, { openedBy }: Ruling): boolean {
    if (openedBy === 'wellbeing' || openedBy === 'systems') return true
    if (profile === null || this.#closed.has(profile)) return true
    return (bandwidth ?? null) === null && !this.#countsAll
  }

  #accountOf({ deviceId, address, ...facts }: Omit<Subject, 'stance'>): Account {
    const who = deviceId ?? address
    const known = this.#accounts.get(who)
    if (known !== undefined) return known
    if (this.#accounts.size >= MAX_ACCOUNTS) this.#accounts = new Map()
    const { table, onMetered } = this.#parts
    const { personRef, role, zone, device } = facts
    const phase = device?.phase ?? null
    const account = new Account(table, table.keyOf(who), (place) => {
      onMetered({ place, who, deviceId, personRef, role, zone, phase })
    })
    this.#accounts.set(who, account)
    return account
  }

  /** The journal's `throttle`: once for a flow, and folded by host and minute there. */
  #note(address: string, relayed: Relayed, layer: Layer): void {
    const { recorder, now } = this.#parts
    const subject = this.#parts.subjectAt(address)
    const ruling = this.#slowedRuling(this.#rulingOf(subject, relayed), subject.stance)
    const { host, path } = relayed
    recorder.connection(subject, ruling, layer, { host, path, at: now() })
  }

  /** Interned, as the recorder tells rulings apart by object. */
  #slowedRuling(ruling: Ruling, { bandwidth }: Stance): Ruling {
    const known = this.#slowed.get(ruling)
    if (known !== undefined) return known
    const rate = rateInWords(bandwidth?.quota?.slow ?? this.#heavy)
    const slowed: Ruling = {
      ...ruling,
      isSlowed: true,
      reasonCode: 'bandwidth',
      ruleId: bandwidth == null ? 'bandwidth.heavy_talker' : `bandwidth.${bandwidth.id}`,
      cause: `Slowed to ${rate}: this device has used much of the school's connection.`,
    }
    this.#slowed.set(ruling, slowed)
    return slowed
  }
}

const NO_LIMITS: FlowLimits = { down: null, up: null, spent: null, heavy: null, classIndex: -1 }
