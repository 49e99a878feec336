import { isIP } from 'node:net'
import { parseAddress } from '../../../../rules/addresses/ip-address.ts'
import {
  ACCT_SESSION_ID,
  CALLING_STATION_ID,
  DISCONNECT_ACK,
  DISCONNECT_NAK,
  DISCONNECT_REQUEST,
  ERROR_CAUSE,
  EVENT_TIMESTAMP,
  MESSAGE_AUTHENTICATOR,
  NAS_IDENTIFIER,
  NAS_IP_ADDRESS,
  NAS_IPV6_ADDRESS,
  USER_NAME,
} from './numbers.ts'
import {
  AUTHENTICATOR_OCTETS,
  readPacket,
  valueOf,
  writePacket,
  type WrittenAttribute,
} from './packet.ts'
import type { RadiusSession } from './sessions.ts'
import { authenticatorOf, isAuthentic, messageAuthenticator, sign } from './sign.ts'

/**
 * A Disconnect-Request (RFC 5176 section 2.1) for a session, signed. The Message-Authenticator is first, as
 * the advice on Blast-RADIUS has it; the Event-Timestamp (`at`, epoch ms by the system's clock) keeps it from being
 * played again another day.
 */
export function disconnectRequest(
  session: RadiusSession,
  { id, secret, at }: { readonly id: number; readonly secret: Buffer; readonly at: number },
): Buffer {
  const { nasIdentifier, nasAddress, account, callingStation } = session
  const attributes = [
    { type: MESSAGE_AUTHENTICATOR, value: Buffer.alloc(AUTHENTICATOR_OCTETS) },
    { type: EVENT_TIMESTAMP, value: secondsOf(at) },
    ...text(NAS_IDENTIFIER, nasIdentifier),
    ...addressOf(nasAddress),
    ...text(USER_NAME, account),
    // Without a number of its own a session is known by its hardware.
    ...text(ACCT_SESSION_ID, session.id === session.mac ? null : session.id),
    ...text(CALLING_STATION_ID, callingStation),
  ]
  return sign(writePacket({ code: DISCONNECT_REQUEST, id }, attributes), secret, { isKeyed: true })
}

function text(type: number, value: string | null): readonly WrittenAttribute[] {
  return value === null || value === ''
    ? []
    : [{ type, value: Buffer.from(value).subarray(0, 253) }]
}

function addressOf(text: string | null): readonly WrittenAttribute[] {
  const words = parseAddress(text ?? '')
  if (words === undefined) return []
  const value = Buffer.alloc(16)
  for (const [at, word] of words.entries()) value.writeUInt32BE(word, at * 4)
  return isIP(text ?? '') === 4
    ? [{ type: NAS_IP_ADDRESS, value: value.subarray(12) }]
    : [{ type: NAS_IPV6_ADDRESS, value }]
}

function secondsOf(at: number): Buffer {
  const value = Buffer.alloc(4)
  value.writeUInt32BE(Math.floor(at / 1000))
  return value
}

/** What the NAS says of it: `gone` where it knows no such session (any more), which is what was wanted. */
export type DisconnectAnswer = 'ack' | 'gone' | 'nak'

/** RFC 5176 section 3.6. */
const SESSION_CONTEXT_NOT_FOUND = 503

/** The answer in a datagram; null for none to this request, or one that its NAS has not signed. */
export function readDisconnectAnswer(
  datagram: Buffer,
  request: Buffer,
  secret: Buffer,
): DisconnectAnswer | null {
  const packet = readPacket(datagram)
  if (packet?.id !== request.readUInt8(1)) return null
  const requestAuthenticator = authenticatorOf(request)
  if (!isAuthentic(packet, secret, requestAuthenticator)) return null
  if (messageAuthenticator(packet, secret, requestAuthenticator) === 'wrong') return null
  if (packet.code === DISCONNECT_ACK) return 'ack'
  if (packet.code !== DISCONNECT_NAK) return null
  const cause = valueOf(packet, ERROR_CAUSE)
  const isGone = cause?.length === 4 && cause.readUInt32BE(0) === SESSION_CONTEXT_NOT_FOUND
  return isGone ? 'gone' : 'nak'
}
