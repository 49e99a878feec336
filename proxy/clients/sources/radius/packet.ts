import { VENDOR_SPECIFIC } from './numbers.ts'

/** RFC 2865 section 3: code, identifier, length, authenticator. */
const HEADER_OCTETS = 20
const MAX_OCTETS = 4_096
export const AUTHENTICATOR_AT = 4
export const AUTHENTICATOR_OCTETS = 16

/** No access point sends a tenth of these; each costs an object. */
const MAX_ATTRIBUTES = 256

/** One attribute. Of a vendor's own, `type` is the vendor's number for it. */
export interface RadiusAttribute {
  readonly type: number
  /** IANA's enterprise number; 0 for an attribute of the standard. */
  readonly vendor: number
  readonly value: Buffer
  /** Where the value begins in the packet. */
  readonly at: number
}

export interface RadiusPacket {
  readonly code: number
  readonly id: number
  /** The packet without what may follow it in its datagram. */
  readonly octets: Buffer
  readonly attributes: readonly RadiusAttribute[]
}

/** The packet in a datagram; null for what is none (RFC 2865 sections 3 and 5). Shares the datagram's memory. */
export function readPacket(datagram: Buffer): RadiusPacket | null {
  if (datagram.length < HEADER_OCTETS) return null
  const length = datagram.readUInt16BE(2)
  if (length < HEADER_OCTETS || length > Math.min(MAX_OCTETS, datagram.length)) return null
  const octets = datagram.subarray(0, length)
  const attributes = readAttributes(octets, HEADER_OCTETS, 0)
  if (attributes === null) return null
  return { code: datagram.readUInt8(0), id: datagram.readUInt8(1), octets, attributes }
}

/** Those from `start` to the end of `octets`; null where their lengths do not add up. */
function readAttributes(octets: Buffer, start: number, vendor: number): RadiusAttribute[] | null {
  const attributes: RadiusAttribute[] = []
  for (let at = start; at < octets.length;) {
    const length = at + 1 < octets.length ? octets.readUInt8(at + 1) : 0
    if (length < 2 || at + length > octets.length) return null
    const [type, value] = [octets.readUInt8(at), octets.subarray(at + 2, at + length)]
    const own = { type, vendor, value, at: at + 2 }
    if (vendor === 0 && type === VENDOR_SPECIFIC) attributes.push(...ofVendor(octets, own))
    else attributes.push(own)
    if (attributes.length > MAX_ATTRIBUTES) return null
    at += length
  }
  return attributes
}

/** RFC 2865 section 5.26 only recommends how a vendor writes its own: what can't be read is passed over. */
function ofVendor(octets: Buffer, { value, at }: RadiusAttribute): readonly RadiusAttribute[] {
  if (value.length < 6) return []
  const vendor = value.readUInt32BE(0)
  return vendor === 0
    ? []
    : (readAttributes(octets.subarray(0, at + value.length), at + 4, vendor) ?? [])
}

/** One that is to be written, of the standard. */
export interface WrittenAttribute {
  readonly type: number
  /** At most 253 octets. */
  readonly value: Buffer
}

/** A packet with an authenticator of zeros: `sign.ts` puts in the right one. */
export function writePacket(
  { code, id }: Pick<RadiusPacket, 'code' | 'id'>,
  attributes: readonly WrittenAttribute[],
): Buffer {
  const parts = attributes.map(({ type, value }) =>
    Buffer.concat([Buffer.from([type, value.length + 2]), value]),
  )
  const packet = Buffer.concat([Buffer.alloc(HEADER_OCTETS), ...parts])
  packet.writeUInt8(code, 0)
  packet.writeUInt8(id, 1)
  packet.writeUInt16BE(packet.length, 2)
  return packet
}

/** The value of the first attribute of the standard with this number; null where there is none. */
export function valueOf({ attributes }: RadiusPacket, type: number, vendor = 0): Buffer | null {
  for (const attribute of attributes)
    if (attribute.type === type && attribute.vendor === vendor) return attribute.value
  return null
}
