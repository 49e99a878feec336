import type { DeviceFacts } from '../../rules/subject.ts'

/** What a device's last report comes to, as the data threads are told it. */
export interface PostureNow {
  readonly device: string
  /** In place of what the register says (`DeviceFacts.posture`). */
  readonly posture: string
  /**
   * For a device that was in order when it fell silent: it may have been asleep. From its first request on
   * it keeps `posture` so long, in which a waking agent reports. Null for all others.
   */
  readonly wake: { readonly posture: string; readonly forMs: number } | null
}

/**
 * The postures of a data thread, kept over its revisions, and what they make of the register's devices. A
 * device that has no agent is as the register says.
 */
export class PostureFacts {
  readonly #now: Map<string, PostureNow>
  /** Until when a device that woke keeps its last posture. Epoch ms. */
  readonly #awakeUntil = new Map<string, number>()
  /** One object for a device and posture: what is kept of a device is found by its facts. */
  readonly #made = new WeakMap<DeviceFacts, Map<string, DeviceFacts>>()

  constructor(postures: readonly PostureNow[] = []) {
    this.#now = new Map(postures.map((one) => [one.device, one]))
  }

  /** The news of one device; a silence that begins anew may be a sleep anew. */
  change(posture: PostureNow): void {
    this.#now.set(posture.device, posture)
    this.#awakeUntil.delete(posture.device)
  }

  /** The device as it is judged at `now`, on a request of its own. */
  of(device: DeviceFacts, now: number): DeviceFacts {
    const known = this.#now.get(device.id)
    if (known === undefined) return device
    const posture = this.#isAwake(known, now) ? (known.wake?.posture ?? 'stale') : known.posture
    return posture === device.posture ? device : this.#make(device, posture)
  }

  /** When `of` will say something else by itself; Infinity where it never will. */
  edgeOf(device: DeviceFacts | null, now: number): number {
    const until = device === null ? undefined : this.#awakeUntil.get(device.id)
    return until === undefined || until <= now ? Infinity : until
  }

  /** The soonest such moment of any device. */
  nextEdge(now: number): number {
    let next = Infinity
    for (const until of this.#awakeUntil.values()) if (until > now && until < next) next = until
    return next
  }

  #isAwake({ device, wake }: PostureNow, now: number): boolean {
    if (wake === null) return false
    const known = this.#awakeUntil.get(device)
    if (known !== undefined) return now < known
    this.#awakeUntil.set(device, now + wake.forMs)
    return wake.forMs > 0
  }

  #make(device: DeviceFacts, posture: string): DeviceFacts {
    let made = this.#made.get(device)
    if (made === undefined) this.#made.set(device, (made = new Map<string, DeviceFacts>()))
    let facts = made.get(posture)
    if (facts === undefined) made.set(posture, (facts = { ...device, posture }))
    return facts
  }
}
