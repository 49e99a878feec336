import { isEndedBy, type EndedEvidence } from '../../rules/identity/ended-evidence.ts'
import { endOf, isLive } from '../../rules/identity/evidence-life.ts'
import { hardwareAt, type SeenLately } from '../../rules/identity/weigh-sightings.ts'
import type { MacAddress } from '../../rules/identity/mac-address.ts'
import type { Sighting, SightingSource } from '../../rules/identity/sighting.ts'
import { EndedBook } from './ended-book.ts'

/** What one address or one piece of hardware can be told of; the oldest goes when there is more. */
const MAX_PER_KEY = 16

interface Kept {
  /** By who told it, and of whom where several can be told of at once (`slotOf`). */
  readonly slots: Map<string, Sighting>
}

/** The newest sighting of each source, by address and by hardware address; bounded. */
export class SightingBook implements SeenLately {
  readonly #byAddress = new Map<string, Kept>()
  readonly #byMac = new Map<MacAddress, Kept & { readonly addresses: Set<string> }>()
  readonly #ended: EndedBook
  readonly #maxAddresses: number

  constructor(maxAddresses: number) {
    this.#maxAddresses = maxAddresses
    this.#ended = new EndedBook(maxAddresses)
  }

  get size(): number {
    return this.#byAddress.size
  }

  at(address: string): readonly Sighting[] {
    return [...(this.#byAddress.get(address)?.slots.values() ?? [])]
  }

  of(mac: MacAddress): readonly Sighting[] {
    return [...(this.#byMac.get(mac)?.slots.values() ?? [])]
  }

  addressesOf(mac: MacAddress): number {
    return this.#byMac.get(mac)?.addresses.size ?? 0
  }

  /** What its sources took back at an address, and would have counted until now. */
  endedAt(address: string, now: number): readonly EndedEvidence[] {
    return this.#ended.at(address, now)
  }

  /**
   * Takes a sighting in. Returns the addresses of which more or something else is known now; null where
   * there is no room for it.
   */
  add(told: Sighting, now: number): ReadonlySet<string> | null {
    const sighting = this.#withHardware(told, now)
    if (sighting.ended) this.#remember(sighting, now)
    else if (this.#isOver(sighting)) return new Set()
    const touched = new Set<string>(sighting.mac === null ? [] : this.#addressesWith(sighting.mac))
    const hasRoom = this.#noteAddresses(sighting, touched)
    if (sighting.mac !== null) this.#noteMac(sighting.mac, sighting)
    if (sighting.ended && sighting.addresses.length === 0) this.#endEverywhere(sighting)
    return hasRoom || touched.size > 0 ? touched : null
  }

  /** Adds the addresses of which it says more to `touched`; false where there was no room for one. */
  #noteAddresses(sighting: Sighting, touched: Set<string>): boolean {
    let hasRoom = true
    for (const address of sighting.addresses) {
      const kept = this.#placeFor(address, sighting)
      if (kept === null) {
        hasRoom &&= sighting.ended
        continue
      }
      if (note(kept.slots, sighting)) touched.add(address)
      if (sighting.mac !== null) this.#ofMac(sighting.mac).addresses.add(address)
    }
    return hasRoom
  }

  /** Null where there is no room, or nothing that could end. */
  #placeFor(address: string, { ended }: Sighting): Kept | null {
    const known = this.#byAddress.get(address)
    if (known !== undefined) return known
    if (ended || this.#byAddress.size >= this.#maxAddresses) return null
    const fresh: Kept = { slots: new Map() }
    this.#byAddress.set(address, fresh)
    return fresh
  }

  /** A session that ends without saying where it was ends at each address of its hardware. */
  #endEverywhere(sighting: Sighting): void {
    if (sighting.mac === null) return
    for (const address of this.#addressesWith(sighting.mac)) {
      const kept = this.#byAddress.get(address)
      if (kept !== undefined) note(kept.slots, sighting)
    }
  }

  /**
   * Takes in what another gate heard the end of. Returns the addresses of which less is known now. What was
   * told later stays.
   */
  end(address: string, ended: EndedEvidence, now: number): ReadonlySet<string> {
    if (!this.#ended.note(address, ended, now)) return new Set()
    const kept = [this.#byAddress.get(address), ended.mac && this.#byMac.get(ended.mac)]
    for (const { slots } of kept.filter((some) => some !== undefined && some !== null))
      for (const [slot, sighting] of slots) if (isEndedBy(ended, sighting)) slots.delete(slot)
    return new Set([address, ...(ended.mac === null ? [] : this.#addressesWith(ended.mac))])
  }

  /** Drops what has run out at an address; false when nothing is left of it. */
  prune(address: string, now: number): boolean {
    const kept = this.#byAddress.get(address)
    if (kept === undefined) return false
    for (const [slot, sighting] of kept.slots) {
      if (isLive(sighting, now)) continue
      kept.slots.delete(slot)
      if (sighting.mac !== null) this.#pruneMac(sighting.mac, address, now)
    }
    if (kept.slots.size === 0) this.#byAddress.delete(address)
    return kept.slots.size > 0
  }

  /** When the first of what is known of an address runs out; Infinity where nothing is. */
  nextEnd(address: string): number {
    return Math.min(Infinity, ...this.at(address).map(endOf))
  }

  /** Hardware without an address: sessions that RADIUS told of before their lease. */
  pruneHardware(now: number): void {
    this.#ended.prune(now)
    for (const mac of this.#byMac.keys()) this.#pruneMac(mac, null, now)
  }

  /** Of the session's other addresses as well: its hardware's end is theirs. */
  #remember(sighting: Sighting, now: number): void {
    const { source, reporter, mac, device, at } = sighting
    const more = mac === null ? [] : this.#addressesWith(mac)
    for (const address of new Set([...sighting.addresses, ...more])) {
      const whole = { source, reporter, mac, device, at, until: Infinity }
      const over = this.at(address).filter((known) => isEndedBy(whole, known))
      const until = Math.max(endOf(sighting), ...over.map(endOf))
      this.#ended.note(address, { ...whole, until }, now)
    }
  }

  /** Told by somebody who did not hear the end. */
  #isOver(sighting: Sighting): boolean {
    const { addresses } = sighting
    return addresses.length > 0 && addresses.every((one) => this.#ended.covers(one, sighting))
  }

  /** What tells no hardware address was told by whoever had the address then: nobody after it inherits it. */
  #withHardware(sighting: Sighting, now: number): Sighting {
    const [address, ...more] = sighting.addresses
    if (sighting.mac !== null || address === undefined || more.length > 0) return sighting
    const live = this.at(address).filter((known) => isLive(known, now))
    return { ...sighting, mac: hardwareAt(live) }
  }

  #addressesWith(mac: MacAddress): Iterable<string> {
    return this.#byMac.get(mac)?.addresses ?? []
  }

  #ofMac(mac: MacAddress) {
    const known = this.#byMac.get(mac)
    if (known !== undefined) return known
    const fresh = { slots: new Map<string, Sighting>(), addresses: new Set<string>() }
    if (this.#byMac.size < this.#maxAddresses) this.#byMac.set(mac, fresh)
    return fresh
  }

  #noteMac(mac: MacAddress, sighting: Sighting): void {
    note(this.#ofMac(mac).slots, sighting)
  }

  #pruneMac(mac: MacAddress, address: string | null, now: number): void {
    const kept = this.#byMac.get(mac)
    if (kept === undefined) return
    for (const [slot, sighting] of kept.slots) if (!isLive(sighting, now)) kept.slots.delete(slot)
    const isHere = address !== null && this.at(address).some((known) => known.mac === mac)
    if (address !== null && !isHere) kept.addresses.delete(address)
    if (kept.slots.size === 0 && kept.addresses.size === 0) this.#byMac.delete(mac)
  }
}

/** Whether it says more than what is there: the last writer wins by time, and an end ends its own alone. */
function note(slots: Map<string, Sighting>, sighting: Sighting): boolean {
  const slot = slotOf(sighting)
  const known = slots.get(slot)
  if (sighting.ended) {
    // A session's Stop comes from the access point that was left, after the next one's Start.
    const isSame = known?.reporter === sighting.reporter && known.at <= sighting.at
    return isSame && slots.delete(slot)
  }
  if (known !== undefined && known.at > sighting.at) return false
  slots.delete(slot)
  slots.set(slot, sighting)
  const [oldest] = slots.keys()
  if (slots.size > MAX_PER_KEY && oldest !== undefined) slots.delete(oldest)
  return true
}

/** What tells two sightings of one source apart that hold at once; the same means that the newer one holds. */
const ABOUT: Readonly<Record<SightingSource, (sighting: Sighting) => string>> = {
  agent: provenOf,
  doh_token: provenOf,
  portal: provenOf,
  // One session a device, whichever access point tells of it.
  radius: ({ mac, account, reporter }) => mac ?? account ?? reporter,
  proxy_auth: ({ account, reporter }) => account?.toLowerCase() ?? reporter,
  relay: ({ reporter, mac, device }) => `${reporter} ${mac ?? device ?? ''}`,
  // One after another at a classroom's PC; many at once are a server's clients.
  sign_in: ({ account, reporter }) => account?.toLowerCase() ?? reporter,
  dhcp: reporterOf,
  neighbour: reporterOf,
  controller: reporterOf,
}

function slotOf(sighting: Sighting): string {
  return `${sighting.source} ${ABOUT[sighting.source](sighting)}`
}

function provenOf({ device, account, mac, reporter }: Sighting): string {
  return device ?? account ?? mac ?? reporter
}

function reporterOf({ reporter }: Sighting): string {
  return reporter
}
