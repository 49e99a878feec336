import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP, isIPv4 } from 'node:net'

/** Why not longer: a browser that was made to trust it by hand refuses leaf certificates of over 825 days. */
const DAYS = 365
/** A device whose clock is slow must not find it in the future. */
const BACKDATED_DAYS = 1
const DAY_MS = 86_400_000

/**
 * A certificate that the gate makes for itself (X.509 v3, ECDSA P-256), for a first trial and for the example
 * school: it encrypts and proves nothing. Both as PEM. Node reads certificates and makes none, so the few fields
 * are written here in DER (RFC 5280 section 4.1).
 */
export function selfSigned(
  names: readonly string[],
  now: number,
): { readonly certificate: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(oid(COMMON_NAME), der(0x0c, Buffer.from('Schoolgate')))))
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, serial()),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(now - BACKDATED_DAYS * DAY_MS), time(now + DAYS * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension(SUBJECT_ALT_NAME, sequence(...names.map(generalName))), ...FIXED)),
  )
  const signature = der(0x03, Buffer.of(0), sign('sha256', toBeSigned, privateKey))
  const whole = sequence(toBeSigned, ECDSA_WITH_SHA256, signature)
  const lines = whole.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

const COMMON_NAME = '550403'
const SUBJECT_ALT_NAME = '551d11'
const BASIC_CONSTRAINTS = '551d13'
const EXTENDED_KEY_USAGE = '551d25'
const SERVER_AUTH = '2b06010505070301'
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'))
/** No authority for others, and for servers alone. */
const FIXED = [
  extension(BASIC_CONSTRAINTS, sequence()),
  extension(EXTENDED_KEY_USAGE, sequence(oid(SERVER_AUTH))),
]

/** Tag, length, contents (X.690 section 8.1); no length here takes more than two octets. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents)
  const { length } = body
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >>> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), body])
}

function sequence(...contents: readonly Uint8Array[]): Buffer {
  return der(0x30, ...contents)
}

function set(...contents: readonly Uint8Array[]): Buffer {
  return der(0x31, ...contents)
}

/** `hex` is the encoding of the identifier's numbers. */
function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

/** Positive and without leading zeros: an integer in DER is the shortest one. */
function serial(): Buffer {
  const octets = randomBytes(16)
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40
  return octets
}

/** UTCTime, good until 2049: `YYMMDDHHMMSSZ`. */
function time(ms: number): Buffer {
  const text = new Date(ms)
    .toISOString()
    .replaceAll(/[-:T]|\.\d+/g, '')
    .slice(2)
  return der(0x17, Buffer.from(text))
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value))
}

function generalName(name: string): Buffer {
  if (isIP(name) === 0) return der(0x82, Buffer.from(name))
  return der(0x87, isIPv4(name) ? Buffer.from(name.split('.').map(Number)) : loopbackV6(name))
}

/** Of IPv6 only `::1` is asked for. */
function loopbackV6(name: string): Buffer {
  if (name !== '::1') throw new Error(`no certificate is made for \`${name}\``)
  return Buffer.concat([Buffer.alloc(15), Buffer.of(1)])
}
