import type { PolicyDocument } from '../policy/policy-schema.ts'
import {
  OCTETS_PER_MEGABIT,
  type BandwidthClass,
  type BandwidthPolicy,
  type Quota,
} from './bandwidth.ts'

type ClassDocument = NonNullable<PolicyDocument['bandwidth']>['classes'][string]

/** What the policy file's `bandwidth` means; its sizes were checked by the schema. */
export function bandwidthOf({ bandwidth }: PolicyDocument): BandwidthPolicy | null {
  if (bandwidth === undefined) return null
  const { classes, heavy_talker: heavy } = bandwidth
  return {
    classes: Object.entries(classes).map(classOf),
    heavyTalker:
      heavy === undefined
        ? null
        : {
            octets: octetsOf(heavy.size) ?? Infinity,
            withinMs: heavy.minutes * 60_000,
            slow: rateOf(heavy.throttle_mbps),
          },
  }
}

function classOf([id, document]: [string, ClassDocument], index: number): BandwidthClass {
  const { down_mbps: down, up_mbps: up, quota } = document
  return { id, index, down: rateOf(down), up: rateOf(up), quota: quotaOf(quota) }
}

function quotaOf(quota: ClassDocument['quota']): Quota | null {
  if (quota === undefined) return null
  const { size, per, then, throttle_mbps: slow } = quota
  return { octets: octetsOf(size) ?? Infinity, per, then, slow: rateOf(slow) }
}

function rateOf(megabits: number | undefined): number | null {
  return megabits === undefined ? null : megabits * OCTETS_PER_MEGABIT
}

const SIZE = /^(\d{1,6}(?:\.\d{1,3})?) ?(MB|GB|TB|MiB|GiB|TiB)$/

const UNITS: Readonly<Record<string, number>> = {
  ...{ MB: 1e6, GB: 1e9, TB: 1e12 },
  ...{ MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
}

/** `2 GiB` in octets; undefined for what is no size. */
export function octetsOf(text: string): number | undefined {
  const [, count = '', unit = ''] = SIZE.exec(text) ?? []
  const octets = Math.round(Number(count) * (UNITS[unit] ?? Number.NaN))
  return octets > 0 ? octets : undefined
}
