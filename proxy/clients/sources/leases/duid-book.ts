import type { MacAddress } from '../../../../rules/identity/mac-address.ts'
import type { Lease } from './lease.ts'
import { macOfDuid } from './duid.ts'

/** As many as addresses are told of; a DUID that nobody has learnt is looked for inside itself. */
const MAX_DUIDS = 300_000

/**
 * Which hardware a DUID was seen with, over all lease files: a client's IPv6 leases name it by DUID alone,
 * its IPv4 lease names both. So all its addresses are one device's.
 */
export class DuidBook {
  /** Null: seen with two, as laptops made of one disk image are, so it tells nothing. */
  readonly #macs = new Map<string, MacAddress | null>()
  #version = 0

  /** Changes with everything that was learnt. */
  get version(): number {
    return this.#version
  }

  learn({ duid, mac }: Lease): void {
    if (duid === null || mac === null) return
    const known = this.#macs.get(duid)
    if (known === mac || known === null) return
    if (known === undefined && this.#macs.size >= MAX_DUIDS) return
    this.#macs.set(duid, known === undefined ? mac : null)
    this.#version += 1
  }

  /** The hardware of a lease: as its server wrote, else as its client's DUID tells. */
  hardwareOf({ mac, duid }: Lease): MacAddress | null {
    if (mac !== null || duid === null) return mac
    const known = this.#macs.get(duid)
    return known === undefined ? macOfDuid(duid) : known
  }
}
