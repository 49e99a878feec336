import { formatAddress } from '../../../../rules/addresses/ip-address.ts'
import { readMacAddress, type MacAddress } from '../../../../rules/identity/mac-address.ts'
import {
  ACCT_DELAY_TIME,
  ACCT_SESSION_ID,
  ACCT_STATUS_TYPE,
  ARUBA_AP_GROUP,
  ARUBA_LOCATION_ID,
  CALLED_STATION_ID,
  CALLING_STATION_ID,
  EVENT_TIMESTAMP,
  FRAMED_INTERFACE_ID,
  FRAMED_IP_ADDRESS,
  FRAMED_IPV6_ADDRESS,
  FRAMED_IPV6_PREFIX,
  NAS_IDENTIFIER,
  NAS_IP_ADDRESS,
  NAS_IPV6_ADDRESS,
  USER_NAME,
  VENDOR_ARUBA,
} from './numbers.ts'
import { valueOf, type RadiusPacket } from './packet.ts'

/** What may tell where a session is, by the names that gate.yaml has for it. */
export const PLACES = [
  'aruba-ap-group',
  'aruba-location',
  'called-station',
  'ssid',
  'nas-identifier',
  'nas-address',
] as const
export type Place = (typeof PLACES)[number]

/** RFC 2866 section 5.1; `other` are tunnels and links, which are answered and mean nothing here. */
export type AccountingKind = 'start' | 'interim' | 'stop' | 'on' | 'off' | 'other'

const KINDS: ReadonlyMap<number, AccountingKind> = new Map([
  [1, 'start'],
  [2, 'stop'],
  [3, 'interim'],
  [7, 'on'],
  [8, 'off'],
])

/** What an Accounting-Request says, each text without control characters. */
export interface Accounting {
  readonly kind: AccountingKind
  /** The NAS's number of the session; null only for what is about no session. */
  readonly session: string | null
  readonly account: string | null
  readonly mac: MacAddress | null
  /** Calling-Station-Id as it stood there: a NAS knows the session by these octets. */
  readonly callingStation: string | null
  /** As `node:net` writes them. */
  readonly addresses: readonly string[]
  readonly nasIdentifier: string | null
  readonly nasAddress: string | null
  readonly places: Readonly<Partial<Record<Place, string>>>
  /** How long the NAS has been trying to tell it, in seconds. */
  readonly delay: number
  /** When it was, by the NAS's clock, in epoch seconds; null where it does not say. */
  readonly eventAt: number | null
}

/** Null for what lacks what RFC 2866 demands of it. */
export function readAccounting(packet: RadiusPacket): Accounting | null {
  const status = numberOf(packet, ACCT_STATUS_TYPE)
  if (status === null) return null
  const kind = KINDS.get(status) ?? 'other'
  const callingStation = textOf(packet, CALLING_STATION_ID)
  const mac = readMacAddress(callingStation?.slice(0, MAC_LETTERS) ?? '')
  const isOfSession = kind === 'start' || kind === 'interim' || kind === 'stop'
  // Some access points number no sessions; then the hardware is what tells them apart.
  const session = textOf(packet, ACCT_SESSION_ID) ?? mac
  if (isOfSession && session === null) return null
  const nasIdentifier = textOf(packet, NAS_IDENTIFIER)
  const nasAddress = addressIn(valueOf(packet, NAS_IP_ADDRESS) ?? valueOf(packet, NAS_IPV6_ADDRESS))
  return {
    ...{ kind, session, mac, callingStation, nasIdentifier, nasAddress },
    account: textOf(packet, USER_NAME),
    addresses: addressesOf(packet),
    places: placesOf(packet, { nasIdentifier, nasAddress }),
    delay: numberOf(packet, ACCT_DELAY_TIME) ?? 0,
    eventAt: numberOf(packet, EVENT_TIMESTAMP),
  }
}

const MAC_LETTERS = 17

function placesOf(
  packet: RadiusPacket,
  nas: Pick<Accounting, 'nasIdentifier' | 'nasAddress'>,
): Accounting['places'] {
  const { station, ssid } = calledStationOf(textOf(packet, CALLED_STATION_ID))
  const found: readonly (readonly [Place, string | null])[] = [
    ['aruba-ap-group', textOf(packet, ARUBA_AP_GROUP, VENDOR_ARUBA)],
    ['aruba-location', textOf(packet, ARUBA_LOCATION_ID, VENDOR_ARUBA)],
    ['called-station', station],
    ['ssid', ssid],
    ['nas-identifier', nas.nasIdentifier],
    ['nas-address', nas.nasAddress],
  ]
  return Object.fromEntries(found.filter(([, text]) => text !== null))
}

/**
 * RFC 3580 section 3.20: the access point's hardware address and, after a colon, its network's name. Many write
 * the access point's own name in place of the address, which may hold no colon then.
 */
function calledStationOf(text: string | null): { station: string | null; ssid: string | null } {
  if (text === null) return { station: null, ssid: null }
  for (const letters of [MAC_LETTERS, 14, 12]) {
    const mac = readMacAddress(text.slice(0, letters))
    const rest = text.slice(letters)
    if (mac !== null && (rest === '' || rest.startsWith(':')))
      return { station: mac, ssid: rest.slice(1) || null }
  }
  const colon = text.indexOf(':')
  if (colon < 0) return { station: text, ssid: null }
  return { station: text.slice(0, colon) || null, ssid: text.slice(colon + 1) || null }
}

/** A prefix is an address when it is a whole one, or when the interface's half is told, too (RFC 3162). */
function addressesOf(packet: RadiusPacket): readonly string[] {
  const found = new Set<string>()
  const interfaceId = valueOf(packet, FRAMED_INTERFACE_ID)
  for (const { type, vendor, value } of packet.attributes) {
    if (vendor !== 0) continue
    const address =
      type === FRAMED_IP_ADDRESS || type === FRAMED_IPV6_ADDRESS
        ? addressIn(value)
        : type === FRAMED_IPV6_PREFIX
          ? addressIn(wholeOf(value, interfaceId))
          : null
    if (address !== null && found.size < MAX_ADDRESSES) found.add(address)
  }
  return [...found]
}

const MAX_ADDRESSES = 16

/** RFC 3162 section 2.3: an octet that is reserved, the prefix's length in bits, the prefix's octets. */
function wholeOf(value: Buffer, interfaceId: Buffer | null): Buffer | null {
  if (value.length < 2 || value.length > 18) return null
  const bits = value.readUInt8(1)
  const prefix = Buffer.alloc(16)
  value.copy(prefix, 0, 2)
  if (bits === 128) return prefix
  if (bits !== 64 || interfaceId?.length !== 8) return null
  interfaceId.copy(prefix, 8)
  return prefix
}

/** An address of a device; null for none, for none yet (0.0.0.0, RFC 2865 section 5.8), and for everybody's. */
function addressIn(value: Buffer | null): string | null {
  if (value?.length === 4) return addressOfV4(value)
  return value?.length === 16 ? addressOfV6(value) : null
}

function addressOfV4(value: Buffer): string | null {
  const first = value.readUInt8(0)
  return first === 0 || first >= 224 ? null : value.join('.')
}

function addressOfV6(value: Buffer): string | null {
  const [a, b, c, d] = [0, 4, 8, 12].map((at) => value.readUInt32BE(at))
  const address = formatAddress([a ?? 0, b ?? 0, c ?? 0, d ?? 0])
  return address === '::' || value.readUInt8(0) === 0xff ? null : address
}

function numberOf(packet: RadiusPacket, type: number): number | null {
  const value = valueOf(packet, type)
  return value?.length === 4 ? value.readUInt32BE(0) : null
}

/** UTF-8 (RFC 2865 section 5); a log must not be written in by whoever chose a name. */
function textOf(packet: RadiusPacket, type: number, vendor = 0): string | null {
  const text = valueOf(packet, type, vendor)
    ?.toString('utf8')
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
  return text === undefined || text === '' ? null : text.slice(0, MAX_LETTERS)
}

const MAX_LETTERS = 128
