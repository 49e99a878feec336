import type { EventFacts, EventKind } from '../../records/alerts/judge-event.ts'
import type { Usage } from '../../records/usage/usage-store.ts'
import { MAX_CLASSES, octetsInWords, type BandwidthClass } from '../../rules/bandwidth/bandwidth.ts'
import { quotaPeriod } from '../../rules/bandwidth/quota-period.ts'
import { SlidingVolume } from '../../rules/bandwidth/sliding-volume.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import { SchoolTime } from '../../rules/time/school-time.ts'
import { HEAVY, type DeviceTable } from './device-table.ts'
import type { Metered } from './metering.ts'

/** A device that moved nothing for so long gives its place back. */
const IDLE_MS = 3_600_000

export interface UsageKeeperParts {
  readonly table: DeviceTable
  readonly policy: Policy
  /** What was saved before the start. */
  readonly usages: readonly Usage[]
  readonly tellEvent: (kind: EventKind, facts: EventFacts) => void
  /** Gate time, epoch ms. */
  readonly clock: () => number
}

/** A device that has a place in the table. */
interface Device extends Metered {
  readonly key: bigint
  /** As the table counts, modulo 2^32. */
  octets: number
  movedAt: number
  volume: SlidingVolume | null
}

/** What was used of one quota. */
interface Used extends Usage {
  octets: number
}

/**
 * The control thread's half of bandwidth: reads what data threads counted, judges it by quotas and by
 * the rule for heavy talkers, and sets the flags that they obey.
 */
export class UsageKeeper {
  /** Some device has just been closed: what it has open is to be judged again. */
  onClosed: () => void = () => undefined
  readonly #parts: UsageKeeperParts
  readonly #devices = new Map<number, Device>()
  readonly #used = new Map<string, Used>()
  #policy: Policy
  #time: SchoolTime

  constructor(parts: UsageKeeperParts) {
    this.#parts = parts
    this.#policy = parts.policy
    this.#time = new SchoolTime(parts.policy.time)
    for (const usage of parts.usages) this.#used.set(keyOf(usage), { ...usage })
    this.#flagAll(parts.clock())
  }

  /** Classes and periods are others now; what was used stays used. */
  follow(policy: Policy): void {
    this.#policy = policy
    this.#time = new SchoolTime(policy.time)
    for (const device of this.#devices.values()) {
      device.volume = null
      for (const flag of this.#allFlags()) this.#parts.table.setFlag(device.place, flag, false)
    }
    this.#flagAll(this.#parts.clock())
  }

  metered(metered: Metered): void {
    const now = this.#parts.clock()
    const { table } = this.#parts
    const key = table.keyOf(metered.who)
    const known = this.#devices.get(metered.place)
    // Each thread tells of it, and the device may be elsewhere now.
    const counted = known?.key === key ? known : { octets: 0, movedAt: now, volume: null }
    const { octets, movedAt, volume } = counted
    this.#devices.set(metered.place, { ...metered, key, octets, movedAt, volume })
    this.#flag(metered, now)
  }

  /** Call each second. */
  sweep(): void {
    const now = this.#parts.clock()
    let hasClosed = false
    for (const device of this.#devices.values()) {
      const { table } = this.#parts
      const total = table.octetsOf(device.place)
      const moved = (total - device.octets) >>> 0
      device.octets = total
      if (moved > 0) device.movedAt = now
      if (this.#use(device, moved, now)) hasClosed = true
      this.#weigh(device, moved, now)
      if (now - device.movedAt >= IDLE_MS) this.#release(device)
    }
    if (hasClosed) this.onClosed()
  }

  /** What is worth keeping over a restart. */
  usages(): readonly Usage[] {
    const now = this.#parts.clock()
    return [...this.#used.values()].filter((used) => this.#isCurrent(used, now))
  }

  /** True where the device has just been closed. */
  #use(device: Device, moved: number, now: number): boolean {
    const { table } = this.#parts
    let isClosed = false
    const current = this.#classes()[table.classOf(device.place) - 1]
    for (const one of this.#classes()) {
      if (one.quota === null) continue
      const used = this.#usedOf(device, one, now)
      if (used !== null && one === current) used.octets += moved
      const isSpent = used !== null && used.octets >= one.quota.octets
      const isNew = table.setFlag(device.place, 1 << one.index, isSpent)
      if (isNew && isSpent && one.quota.then === 'block' && one === current) isClosed = true
    }
    return isClosed
  }

  /** Null while the quota does not count. Another period begins at nothing. */
  #usedOf({ who, phase }: Device, { id, quota }: BandwidthClass, now: number): Used | null {
    const period = quotaPeriod(quota?.per ?? '', this.#time.at(now), phase)
    const key = keyOf({ who, classId: id })
    const known = this.#used.get(key)
    if (period === null) {
      this.#used.delete(key)
      return null
    }
    if (known?.period === period) return known
    const used = { who, classId: id, phase, period, octets: 0 }
    this.#used.set(key, used)
    return used
  }

  #weigh(device: Device, moved: number, now: number): void {
    const rule = this.#policy.bandwidth?.heavyTalker ?? null
    if (rule === null) return
    if (device.volume === null && moved === 0) return
    device.volume ??= new SlidingVolume(rule.withinMs)
    const sum = device.volume.add(moved, now)
    const isHeavy = sum >= rule.octets
    if (!this.#parts.table.setFlag(device.place, HEAVY, isHeavy) || !isHeavy) return
    const { who, deviceId, personRef, role, zone } = device
    this.#parts.tellEvent('heavy_talker', {
      ...{ subject: who, role, zone, moved: octetsInWords(sum), minutes: rule.withinMs / 60_000 },
      ...(deviceId === null ? { ip: who } : { device: deviceId }),
      ...(personRef === null ? {} : { person: personRef }),
    })
  }

  #release({ place, key }: Device): void {
    const { table } = this.#parts
    this.#devices.delete(place)
    if (table.keyAt(place) === key) table.release(place)
  }

  /** Before any thread asks: a device that was closed when the gate ended is closed when it starts. */
  #flagAll(now: number): void {
    for (const used of this.#used.values()) {
      const place = this.#parts.table.claim(this.#parts.table.keyOf(used.who))
      if (place >= 0) this.#flag({ place, who: used.who }, now)
    }
  }

  #flag({ place, who }: Pick<Metered, 'place' | 'who'>, now: number): void {
    for (const { id, index, quota } of this.#classes()) {
      const used = this.#used.get(keyOf({ who, classId: id }))
      const counts = quota !== null && used !== undefined && this.#isCurrent(used, now)
      this.#parts.table.setFlag(place, 1 << index, counts && used.octets >= quota.octets)
    }
  }

  #isCurrent({ classId, period, phase }: Usage, now: number): boolean {
    const quota = this.#classes().find(({ id }) => id === classId)?.quota ?? null
    return quota !== null && quotaPeriod(quota.per, this.#time.at(now), phase) === period
  }

  #classes(): readonly BandwidthClass[] {
    return this.#policy.bandwidth?.classes ?? []
  }

  #allFlags(): readonly number[] {
    return [HEAVY, ...Array.from({ length: MAX_CLASSES }, (_one, index) => 1 << index)]
  }
}

function keyOf({ who, classId }: Pick<Usage, 'who' | 'classId'>): string {
  return `${who}\0${classId}`
}
