import type { DeviceFacts } from '../subject.ts'
import { readMacAddress, type MacAddress } from './mac-address.ts'
import type { SightingSource } from './sighting.ts'

/** What the school has decided, as far as a sighting can be held against it. */
export interface IdentityFacts {
  readonly devices: Iterable<DeviceFacts>
  /** Accounts by which sources may name a person, with the person's reference: e-mail addresses. */
  readonly accounts: Iterable<readonly [account: string, personRef: string]>
  /** Zone by place, as the policy maps them. */
  readonly places: Readonly<Record<string, string>>
}

/** Sources that tell where a radio is: a place of theirs that nobody mapped is an unknown one. */
const RADIO_SOURCES: ReadonlySet<SightingSource> = new Set(['radius', 'controller'])

/** The zone of a device at an access point that the policy does not know. */
const UNKNOWN_ZONE = 'unknown'

/** Looks up what sources name: devices by id and hardware address, people by account, zones by place. */
export class IdentityRegister {
  readonly #devices = new Map<string, DeviceFacts>()
  readonly #byMac = new Map<string, string>()
  /** Null for an account that two people have. */
  readonly #people = new Map<string, string | null>()
  readonly #places: ReadonlyMap<string, string>

  constructor({ devices, accounts, places }: IdentityFacts) {
    for (const device of devices) this.#add(device)
    for (const [account, person] of accounts) {
      const key = account.toLowerCase()
      const known = this.#people.get(key)
      this.#people.set(key, known === undefined || known === person ? person : null)
    }
    // A binding names people by reference; whose address a person has comes before it.
    for (const person of [...this.#people.values()])
      if (person !== null && !this.#people.has(person.toLowerCase()))
        this.#people.set(person.toLowerCase(), person)
    this.#places = new Map(Object.entries(places))
  }

  device(id: string): DeviceFacts | null {
    return this.#devices.get(id) ?? null
  }

  /** The device that was registered with this hardware address. */
  deviceOfMac(mac: MacAddress): string | null {
    return this.#byMac.get(mac) ?? null
  }

  /** An account that is a device's own: its id, as a certificate of 802.1X names it (`host/ID` on Windows). */
  deviceOfAccount(account: string): string | null {
    const name = account.replace(/^host\//i, '')
    return [name, withoutRealm(name)].find((id) => this.#devices.has(id)) ?? null
  }

  /**
   * Whose account it is: an e-mail address of one person, or a person's reference with or without a realm.
   * Null for a hardware address in place of a name (MAC authentication proves nothing).
   */
  personOfAccount(account: string): string | null {
    if (readMacAddress(account) !== null) return null
    const key = account.toLowerCase()
    return this.#people.get(key) ?? this.#people.get(withoutRealm(key)) ?? null
  }

  /** Null: the address's network tells. */
  zoneOf(source: SightingSource, place: string): string | null {
    const mapped = this.#places.get(place)
    if (mapped !== undefined) return mapped
    return this.#places.size > 0 && RADIO_SOURCES.has(source) ? UNKNOWN_ZONE : null
  }

  #add(device: DeviceFacts): void {
    this.#devices.set(device.id, device)
    for (const mac of device.macs ?? []) this.#byMac.set(mac, device.id)
    const { personRef } = device
    if (personRef !== null) this.#people.set(personRef.toLowerCase(), personRef)
  }
}

/** `jo@school.example` and `SCHOOL\\jo` are `jo`. */
function withoutRealm(account: string): string {
  return account.replace(/^[^\\]*\\/, '').replace(/@.*$/s, '')
}
