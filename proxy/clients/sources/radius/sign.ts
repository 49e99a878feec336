import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { MESSAGE_AUTHENTICATOR } from './numbers.ts'
import { AUTHENTICATOR_AT, AUTHENTICATOR_OCTETS, type RadiusPacket } from './packet.ts'

/**
 * RADIUS is signed with MD5 and a secret that both ends know. That is weak: whoever can see a packet can
 * guess at a short secret, and for Access-Requests MD5 can be forged outright (Blast-RADIUS, CVE-2024-3596).
 * Accounting and Disconnect-Requests are signed themselves, so nobody can put into them what that forgery
 * needs. A Message-Authenticator (HMAC-MD5) is checked wherever it is there,
 * can be demanded, and comes first in what is sent. The gate speaks no RFC 9765 (RADIUS/1.1 over TLS).
 */

const ZEROS = Buffer.alloc(AUTHENTICATOR_OCTETS)

export type Signature = 'right' | 'wrong' | 'missing'

/** Whether an Accounting-Request, or an answer to a request of ours, was made with the secret. */
export function isAuthentic(
  { octets }: RadiusPacket,
  secret: Buffer,
  requestAuthenticator: Buffer = ZEROS,
): boolean {
  const expected = digestOf(octets, requestAuthenticator, secret)
  return timingSafeEqual(expected, authenticatorOf(octets))
}

/**
 * The Message-Authenticator (RFC 3579 section 3.2, RFC 5176 section 2.3). In requests that are signed with the
 * secret, as all are here, the authenticator counts as zeros; in an answer it is the request's.
 */
export function messageAuthenticator(
  { octets, attributes }: RadiusPacket,
  secret: Buffer,
  requestAuthenticator: Buffer = ZEROS,
): Signature {
  const found = attributes.filter(
    ({ type, vendor }) => type === MESSAGE_AUTHENTICATOR && vendor === 0,
  )
  const [only] = found
  if (only === undefined) return 'missing'
  if (found.length > 1 || only.value.length !== AUTHENTICATOR_OCTETS) return 'wrong'
  const copy = Buffer.from(octets)
  requestAuthenticator.copy(copy, AUTHENTICATOR_AT)
  ZEROS.copy(copy, only.at)
  const expected = createHmac('md5', secret).update(copy).digest()
  return timingSafeEqual(expected, only.value) ? 'right' : 'wrong'
}

/**
 * Signs a packet that `writePacket` has made, in place: a Message-Authenticator of zeros at its beginning, if
 * there is one, first, because the authenticator covers it.
 */
export function sign(
  packet: Buffer,
  secret: Buffer,
  {
    isKeyed,
    requestAuthenticator = ZEROS,
  }: {
    /** Its first attribute is a Message-Authenticator. */
    readonly isKeyed: boolean
    readonly requestAuthenticator?: Buffer
  },
): Buffer {
  if (isKeyed) createHmac('md5', secret).update(packet).digest().copy(packet, FIRST_VALUE_AT)
  digestOf(packet, requestAuthenticator, secret).copy(packet, AUTHENTICATOR_AT)
  return packet
}

const FIRST_VALUE_AT = AUTHENTICATOR_AT + AUTHENTICATOR_OCTETS + 2

export function authenticatorOf(octets: Buffer): Buffer {
  return octets.subarray(AUTHENTICATOR_AT, AUTHENTICATOR_AT + AUTHENTICATOR_OCTETS)
}

/** RFC 2866 section 3: MD5 of the packet with `authenticator` in its place, and the secret. */
function digestOf(octets: Buffer, authenticator: Buffer, secret: Buffer): Buffer {
  const signed = Buffer.concat([octets, secret])
  authenticator.copy(signed, AUTHENTICATOR_AT)
  return hash('md5', signed, 'buffer')
}
