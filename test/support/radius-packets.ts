import { createHash, createHmac } from 'node:crypto'

/** RADIUS as a NAS writes it, from RFC 2865, 2866 and 5176 and without any of the gate's own code. */
export const SECRET = 'a-secret-of-twenty-octets'

export type Attribute = readonly [type: number, value: Buffer | string | number]

export const STATUS = { start: 1, stop: 2, interim: 3, on: 7, off: 8 } as const

export interface Wanted {
  readonly code?: number
  readonly id?: number
  readonly secret?: string
  /** With a Message-Authenticator in front. */
  readonly keyed?: boolean
  /** In place of the right one. */
  readonly authenticator?: Buffer
}

export function octetsOf(attributes: readonly Attribute[]): Buffer {
  return Buffer.concat(
    attributes.map(([type, value]) => {
      const number = Buffer.alloc(4)
      if (typeof value === 'number') number.writeUInt32BE(value)
      const octets = typeof value === 'number' ? number : Buffer.from(value)
      return Buffer.concat([Buffer.from([type, octets.length + 2]), octets])
    }),
  )
}

/** A request that its sender signs by MD5, with `secret` at its end: accounting and Disconnect-Requests. */
export function requestOf(attributes: readonly Attribute[], wanted: Wanted = {}): Buffer {
  const { code = 4, id = 1, secret = SECRET, keyed = false } = wanted
  const body = octetsOf([...(keyed ? [[80, Buffer.alloc(16)] as const] : []), ...attributes])
  const packet = Buffer.concat([Buffer.from([code, id, 0, 0]), Buffer.alloc(16), body])
  packet.writeUInt16BE(packet.length, 2)
  if (keyed) createHmac('md5', secret).update(packet).digest().copy(packet, 22)
  const authenticator = createHash('md5').update(packet).update(secret).digest()
  ;(wanted.authenticator ?? authenticator).copy(packet, 4)
  return packet
}

/** The answer to a request: signed over the request's authenticator. */
export function answerOf(
  request: Buffer,
  {
    code,
    attributes = [],
    secret = SECRET,
  }: {
    readonly code: number
    readonly attributes?: readonly Attribute[]
    readonly secret?: string
  },
): Buffer {
  const head = Buffer.from([code, request.readUInt8(1), 0, 0])
  const packet = Buffer.concat([head, request.subarray(4, 20), octetsOf(attributes)])
  packet.writeUInt16BE(packet.length, 2)
  createHash('md5').update(packet).update(secret).digest().copy(packet, 4)
  return packet
}

/** Whether a request of the gate's is signed with the secret, Message-Authenticator included. */
export function isSigned(request: Buffer, secret = SECRET): boolean {
  const copy = Buffer.from(request)
  copy.fill(0, 4, 20)
  const digest = createHash('md5').update(copy).update(secret).digest()
  // Ours is always the first attribute.
  if (request.readUInt8(20) !== 80 || request.readUInt8(21) !== 18) return false
  copy.fill(0, 22, 38)
  const keyed = createHmac('md5', secret).update(copy).digest()
  return digest.equals(request.subarray(4, 20)) && keyed.equals(request.subarray(22, 38))
}

/** The attributes of a packet, by number, as they stand there. */
export function attributesOf(packet: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>()
  for (let at = 20; at < packet.length; at += packet.readUInt8(at + 1))
    found.set(packet.readUInt8(at), packet.subarray(at + 2, at + packet.readUInt8(at + 1)))
  return found
}
