import { SignInStore, type SignIn } from '../../../records/registration/sign-in-store.ts'
import type { Sighting } from '../../../rules/identity/sighting.ts'
import type { Reading } from '../../metrics/metrics-server.ts'
import type { SightingFeed } from './sighting-feed.ts'

/** A device that has just registered browses within a second; one indexed read this often. */
const LOOK_MS = 250

export interface PortalSignInsOptions {
  /** The records directory. */
  readonly directory: string
  /** Gate time, epoch ms. */
  readonly clock: () => number
}

/** Tells which devices have shown at the portal where they are. */
export class PortalSignIns implements SightingFeed {
  readonly name = 'portal'
  readonly #options: PortalSignInsOptions
  #store: SignInStore | null = null
  #timer: NodeJS.Timeout | null = null
  #change = 0
  #problem: string | null = null
  /** The last sign-in at each address, and of each device. */
  readonly #byAddress = new Map<string, SignIn>()
  readonly #byDevice = new Map<string, SignIn>()

  constructor(options: PortalSignInsOptions) {
    this.#options = options
  }

  start(onSighting: (sighting: Sighting) => void): void {
    this.#store = SignInStore.open(this.#options.directory)
    this.#look(onSighting)
    this.#timer = setInterval(() => {
      this.#look(onSighting)
    }, LOOK_MS)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#store?.[Symbol.dispose]()
    this.#store = null
  }

  problem(): string | null {
    return this.#problem
  }

  /** Somebody else has the address by now, or the device has another one. */
  #givenUpBy({ address, device }: SignIn): readonly SignIn[] {
    const there = this.#byAddress.get(address)
    const elsewhere = this.#byDevice.get(device)
    return [
      ...(there === undefined || there.device === device ? [] : [there]),
      ...(elsewhere === undefined || elsewhere.address === address ? [] : [elsewhere]),
    ]
  }

  #note(signIn: SignIn): void {
    const elsewhere = this.#byDevice.get(signIn.device)
    if (elsewhere !== undefined && elsewhere.address !== signIn.address)
      this.#byAddress.delete(elsewhere.address)
    const there = this.#byAddress.get(signIn.address)
    if (there !== undefined && there.device !== signIn.device) this.#byDevice.delete(there.device)
    this.#byAddress.set(signIn.address, signIn)
    this.#byDevice.set(signIn.device, signIn)
  }

  readings(): readonly Reading[] {
    const outcomes = { registered: 0, wrong_code: 0, ...this.#store?.outcomes() }
    return Object.entries(outcomes).map(([outcome, count]): Reading => [
      'schoolgate_portal_total',
      { outcome },
      count,
    ])
  }

  #look(onSighting: (sighting: Sighting) => void): void {
    try {
      const { signIns, change } = this.#store?.since(this.#change) ?? { signIns: [], change: 0 }
      this.#change = change
      for (const signIn of signIns) {
        for (const earlier of this.#givenUpBy(signIn)) onSighting(endOf(earlier, signIn.at))
        this.#note(signIn)
        onSighting(sightingOf(signIn))
      }
      this.#problem = null
    } catch (cause) {
      // A full disk, a torn file: what was told before holds until it runs out.
      this.#problem = cause instanceof Error ? cause.message : String(cause)
    }
  }
}

function endOf(earlier: SignIn, at: number): Sighting {
  return { ...sightingOf(earlier), at, until: at, ended: true }
}

function sightingOf({ address, device, mac, at, until }: SignIn): Sighting {
  return {
    ...{ source: 'portal', reporter: 'portal', addresses: [address], mac, device },
    ...{ account: null, hostName: null, place: null, at, until, ended: until <= at },
  }
}
