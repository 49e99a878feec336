import type { IsSpent } from '../proxy/clients/subject-table.ts'
import type { Usage } from '../records/usage/usage-store.ts'
import {
  octetsInWords,
  periodInWords,
  rateInWords,
  type BandwidthClass,
} from '../rules/bandwidth/bandwidth.ts'
import { quotaPeriod } from '../rules/bandwidth/quota-period.ts'
import type { Policy } from '../rules/policy/policy.ts'
import { SchoolTime } from '../rules/time/school-time.ts'

/** Whose class it is, and when it is asked about. */
export interface Consumer {
  /** The device's id, else its address. */
  readonly who: string
  readonly phase: string | null
  readonly limits: BandwidthClass
  /** Epoch ms. */
  readonly at: number
}

/** What devices have used, as the gate saved it in the last minute; for any time in the period that runs. */
export class SavedUsage {
  readonly #usages: readonly Usage[]
  readonly #time: SchoolTime

  constructor(usages: readonly Usage[], { time }: Policy) {
    this.#usages = usages
    this.#time = new SchoolTime(time)
  }

  /** What the gate's own subjects ask (`SubjectTable`). */
  readonly isSpent: IsSpent = ({ deviceId, address, device }, { bandwidth }, at) => {
    if (bandwidth?.quota === undefined || bandwidth.quota === null) return false
    const who = deviceId ?? address
    const used = this.#usedBy({ who, phase: device?.phase ?? null, limits: bandwidth, at })
    return used >= bandwidth.quota.octets
  }

  /** `personal: 10 Mbit/s down, 10 Mbit/s up; 1.2 GiB of 5 GiB used for today, then 2 Mbit/s`. */
  words(consumer: Consumer): string {
    const { id, down, up, quota } = consumer.limits
    const rates = `${id}: ${rateInWords(down)} down, ${rateInWords(up)} up`
    if (quota === null) return rates
    const used = this.#usedBy(consumer)
    const size = `${octetsInWords(used)} of ${octetsInWords(quota.octets)} used`
    const then = quota.then === 'block' ? 'closed' : rateInWords(quota.slow)
    const state = used >= quota.octets ? `now ${then}` : `then ${then}`
    return `${rates}; ${size} ${periodInWords(quota.per)}, ${state}`
  }

  #usedBy({ who, phase, limits, at }: Consumer): number {
    const period = quotaPeriod(limits.quota?.per ?? '', this.#time.at(at), phase)
    const row = this.#usages.find(
      (usage) => usage.who === who && usage.classId === limits.id && usage.period === period,
    )
    return row?.octets ?? 0
  }
}
