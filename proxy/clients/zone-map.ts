import { BlockList, isIP } from 'node:net'
import type { ZonePolicy } from '../../rules/policy/policy.ts'
import type { ZoneFacts } from '../../rules/subject.ts'
import { ByKey } from './word-key.ts'

/** Where an address that no zone's network holds is; `checkReferences` demands that it exists. */
export const UNKNOWN_ZONE = 'unknown'

/** Where a device is that names itself by its token from an address that no zone's network holds, if the policy has it. */
export const OFF_SITE_ZONE = 'off_site'

interface Network {
  readonly prefix: number
  readonly members: BlockList
  readonly zone: ZoneFacts
}

/**
 * Which zone an address is in: the longest matching network wins. Asked once per address and revision,
 * because subjects are remembered; so Node's own subnet check is fast enough and knows IPv6.
 */
export class ZoneMap {
  readonly #networks: readonly Network[]
  readonly #zones: ReadonlyMap<string, ZoneFacts>
  readonly #byKey: ByKey<ZoneFacts>

  constructor(zones: readonly ZonePolicy[]) {
    this.#zones = new Map(zones.map((zone) => [zone.id, zone]))
    this.#byKey = new ByKey(this.#zones)
    this.#networks = zones
      .flatMap((zone) => zone.networks.map((network) => networkOf(network, zone)))
      .sort((a, b) => b.prefix - a.prefix)
  }

  at(address: string): ZoneFacts {
    return this.#inNetwork(address) ?? this.named(UNKNOWN_ZONE)
  }

  /** A stranger outside every network is somewhere in the school; a device that has its token along is at home. */
  ofToken(address: string): ZoneFacts {
    return this.#inNetwork(address) ?? this.named(OFF_SITE_ZONE)
  }

  #inNetwork(address: string): ZoneFacts | undefined {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    return this.#networks.find(({ members }) => members.check(address, family))?.zone
  }

  /** The zone of this id, for `explain --zone`; an unheard-of one is judged as the unknown zone. */
  named(id: string): ZoneFacts {
    const zone = this.#zones.get(id) ?? this.#zones.get(UNKNOWN_ZONE)
    return zone ?? { id: UNKNOWN_ZONE, pupilArea: true, mobileFree: false, exam: false }
  }

  /** By the number under which the binding table names it; null for a zone of another revision. */
  withKey(key: number): ZoneFacts | null {
    return this.#byKey.get(key)
  }

  has(id: string): boolean {
    return this.#zones.has(id)
  }
}

function networkOf(network: string, zone: ZoneFacts): Network {
  const [address = '', length = ''] = network.split('/')
  const members = new BlockList()
  members.addSubnet(address, Number(length), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return { prefix: Number(length), members, zone }
}

/** An IPv4 address that a dual-stack socket wrote as `::ffff:10.0.0.1`, as IPv4; others as they are. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
