/** How fast, and how much, the devices of some profiles may go; rates in octets per second. */
export interface BandwidthClass {
  readonly id: string
  /** Its place in the policy, below `MAX_CLASSES`: data threads know it by a bit. */
  readonly index: number
  /** From and to the internet, for one device over all its connections; null for as fast as it goes. */
  readonly down: number | null
  readonly up: number | null
  readonly quota: Quota | null
}

/** A number of bits that a data thread reads at once, with room for others. */
export const MAX_CLASSES = 24

export interface Quota {
  /** Both directions together, for one device. */
  readonly octets: number
  /** `day` and `week` (from Monday) by the school's clock, or a window: each time that it is in force. */
  readonly per: string
  /** What becomes of the device once it is used up, until the period ends. */
  readonly then: 'throttle' | 'block'
  /** Each direction's rate then; null where it is blocked. */
  readonly slow: number | null
}

/** "Sustained or instantaneous high-volume network traffic" (seed 001:445). */
export interface HeavyTalkerRule {
  /** Of one device, both directions together. */
  readonly octets: number
  readonly withinMs: number
  /** Each direction's rate while it holds; null where somebody is only told. */
  readonly slow: number | null
}

export interface BandwidthPolicy {
  readonly classes: readonly BandwidthClass[]
  readonly heavyTalker: HeavyTalkerRule | null
}

/** `1.5 GiB`, for people. */
export function octetsInWords(octets: number): string {
  const units = ['octets', 'KiB', 'MiB', 'GiB', 'TiB']
  let size = octets
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${Number(size.toFixed(1))} ${units[unit] ?? ''}`
}

/** `10 Mbit/s`, for people. */
export function rateInWords(octetsPerSecond: number | null): string {
  return octetsPerSecond === null
    ? 'no limit'
    : `${Number((octetsPerSecond / OCTETS_PER_MEGABIT).toFixed(2))} Mbit/s`
}

/** `for today`, after what a device has used up. */
export function periodInWords(per: string): string {
  if (per === 'day') return 'for today'
  return per === 'week' ? 'for this week' : `for this time (${per.replaceAll('_', ' ')})`
}

export const OCTETS_PER_MEGABIT = 125_000
