import type { MacAddress } from './mac-address.ts'

/**
 * Where a sighting can come from, strongest first. What a source may prove is `weigh-sightings.ts`'s
 * to say; a reader of one only tells what it read.
 */
export const SIGHTING_SOURCES = [
  /** A report signed with the device's own key (the posture agent). */
  'agent',
  /** A DNS question at the device's own DoH address. */
  'doh_token',
  /** 802.1X: what the access point tells of a session (RFC 2866). */
  'radius',
  /** Whoever signed in at the portal or put in a voucher, from this address. */
  'portal',
  /** A name and password with a proxy request, where devices share an address. */
  'proxy_auth',
  /** A sign-in that a directory told of (Windows event 4624). */
  'sign_in',
  /** A relay that the gate trusts says whose traffic it passes on (PROXY protocol, EDNS). */
  'relay',
  /** A lease that a DHCP server gave. */
  'dhcp',
  /** The kernel's neighbour table: which hardware address answers for an IP address. */
  'neighbour',
  /** What a network's own controller lists (UniFi clients). */
  'controller',
] as const
export type SightingSource = (typeof SIGHTING_SOURCES)[number]

/**
 * What one source says of one device at one moment: evidence, not yet belief. Readers of leases, RADIUS
 * packets, neighbour tables and sign-ins give these; who is at an address follows from all of them.
 */
export interface Sighting {
  readonly source: SightingSource
  /** Which of several told it: a lease file's path, a NAS-Identifier, an interface. At most 128 characters. */
  readonly reporter: string
  /** As `node:net` writes them (IPv6 by RFC 5952); several where one session has several. At most 32. */
  readonly addresses: readonly string[]
  /** A hint, never an identity: it can be made up (`mac-address.ts`). */
  readonly mac: MacAddress | null
  /** A registered device's id, where the source proves which one it is (a key, a token). */
  readonly device: string | null
  /** An account as the source writes it, realm and all; people are matched elsewhere. */
  readonly account: string | null
  /** What the device calls itself; helps a person to recognise it and matches nothing. */
  readonly hostName: string | null
  /** Where, as the source says: an access point's group, a VLAN, an interface. The policy maps it to a zone. */
  readonly place: string | null
  /** Epoch ms of gate time at which it was so. */
  readonly at: number
  /** Epoch ms until which the source vouches for it (a lease's end); null where it does not say. */
  readonly until: number | null
  /** The source says that it is over: a lease given back, a session stopped. */
  readonly ended: boolean
}
