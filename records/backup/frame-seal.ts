import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import { SCRYPT, type Sealing } from './backup-format.ts'

/** Makes and checks the tags of a backup's frames, and encrypts where there is a passphrase. */
export interface FrameSeal {
  readonly tagOctets: number
  seal(payload: Buffer, place: FramePlace): { readonly payload: Buffer; readonly tag: Buffer }
  /** The payload in clear, null where the frame is not the one that was written here. */
  open(payload: Buffer, tag: Buffer, place: FramePlace): Buffer | null
}

export interface FramePlace {
  readonly index: number
  readonly isLast: boolean
}

const KEY_OCTETS = 32
const CHECK_OCTETS = 32
const GCM_TAG_OCTETS = 16
const SALT_OCTETS = 16

/** For a backup without a passphrase: finds damage, not forgery. */
export function digestSeal(headerDigest: Buffer): FrameSeal {
  const tagOf = (payload: Buffer, place: FramePlace) =>
    createHash('sha256')
      .update(headerDigest)
      .update(numberOf(place))
      .update(lastOf(place))
      .update(payload)
      .digest()
  return {
    tagOctets: 32,
    seal: (payload, place) => ({ payload, tag: tagOf(payload, place) }),
    open: (payload, tag, place) => (timingSafeEqual(tag, tagOf(payload, place)) ? payload : null),
  }
}

/** AES-256-GCM; the key is one file's alone, because its salt is, so a frame number is used once. */
export function cipherSeal(key: Buffer, headerDigest: Buffer): FrameSeal {
  const nonceOf = (place: FramePlace) => Buffer.concat([Buffer.alloc(4), numberOf(place)])
  const aadOf = (place: FramePlace) => Buffer.concat([headerDigest, lastOf(place)])
  return {
    tagOctets: GCM_TAG_OCTETS,
    seal: (clear, place) => {
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place)).setAAD(aadOf(place))
      const payload = Buffer.concat([cipher.update(clear), cipher.final()])
      return { payload, tag: cipher.getAuthTag() }
    },
    open: (payload, tag, place) => {
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place), {
        authTagLength: GCM_TAG_OCTETS,
      })
      decipher.setAAD(aadOf(place)).setAuthTag(tag)
      try {
        return Buffer.concat([decipher.update(payload), decipher.final()])
      } catch {
        return null
      }
    },
  }
}

/** A fresh key for one backup, and what its header says of it. */
export async function newKey(
  passphrase: string,
): Promise<{ readonly key: Buffer; readonly sealing: Sealing }> {
  const salt = randomBytes(SALT_OCTETS)
  const { key, check } = await derive(passphrase, salt, SCRYPT.N)
  const sealing: Sealing = {
    ...{ kdf: 'scrypt', ...SCRYPT, salt: salt.toString('hex'), check: check.toString('hex') },
    cipher: 'aes-256-gcm',
  }
  return { key, sealing }
}

/** The key that the header was made with; null for another passphrase. */
export async function findKey(passphrase: string, sealing: Sealing): Promise<Buffer | null> {
  const { key, check } = await derive(passphrase, Buffer.from(sealing.salt, 'hex'), sealing.N)
  return timingSafeEqual(check, Buffer.from(sealing.check, 'hex')) ? key : null
}

/** NFKC, so that a passphrase typed on another keyboard is the same octets (RFC 8265 does likewise). */
async function derive(passphrase: string, salt: Buffer, N: number) {
  const derived = await scryptAsync(passphrase.normalize('NFKC'), salt, KEY_OCTETS + CHECK_OCTETS, {
    N,
    r: SCRYPT.r,
    p: SCRYPT.p,
    // scrypt takes 128 * N * r octets and a little; Node's default limit is 32 MiB.
    maxmem: 128 * N * SCRYPT.r + 1_048_576,
  })
  return { key: derived.subarray(0, KEY_OCTETS), check: derived.subarray(KEY_OCTETS) }
}

const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt)

function numberOf({ index }: FramePlace): Buffer {
  const octets = Buffer.alloc(8)
  octets.writeBigUInt64BE(BigInt(index))
  return octets
}

function lastOf({ isLast }: FramePlace): Buffer {
  return Buffer.from([isLast ? 1 : 0])
}
