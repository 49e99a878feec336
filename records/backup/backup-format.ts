import { createHash } from 'node:crypto'
import { z } from 'zod'

/**
 * A backup is one file:
 *
 *     magic      "SCHOOLGATE BACKUP 1\n", 20 octets
 *     header     u32 length, JSON: when, whose, how it is compressed and sealed
 *     digest     SHA-256 of magic and header
 *     frames     u32 length, octet (0 more follow, 1 the last), payload, tag
 *
 * Integers are big-endian. The payloads joined are one Zstandard stream (RFC 8878) of
 *
 *     u32 length, manifest (JSON), then the octets of each part in the manifest's order
 *
 * Without a passphrase the tag is SHA-256 over header digest, frame number (u64), last octet and payload.
 * With one it is the tag of AES-256-GCM under the key from the passphrase (scrypt, RFC 7914); the nonce
 * is the frame number, header digest and last octet are the associated data. So no octet can change,
 * and no frame can be swapped, repeated or cut off, without being noticed.
 */
export const MAGIC = Buffer.from('SCHOOLGATE BACKUP 1\n', 'latin1')

/** What a backup's file name ends with; files of this name are never part of a backup themselves. */
export const BACKUP_SUFFIX = '.sgbackup'

/** A header has some 400 octets; a length beyond this is damage, not a header. */
export const MAX_HEADER_OCTETS = 16_384

/** Payload of a frame as we write it, and the most that we read: a damaged length takes no memory. */
export const FRAME_OCTETS = 262_144
export const MAX_FRAME_OCTETS = 1_048_576

/** 10,000 parts of 300 octets each; a node has about ten. */
export const MAX_MANIFEST_OCTETS = 4_194_304
const MAX_PARTS = 10_000

/** scrypt at 2^17 takes 128 MiB and half a second (OWASP's figure); a file can't make us take more than 1 GiB. */
export const SCRYPT = { N: 131_072, r: 8, p: 1 } as const
const MAX_SCRYPT_N = 1_048_576

/** A file that can't be restored, or a place that can't take it; says what was found, where, what to do. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused'

  constructor(path: string, found: string, advice: string, cause?: unknown) {
    super(`\`${path}\` ${found}; ${advice}`, cause === undefined ? undefined : { cause })
  }
}

const hex = (octets: number) => z.string().regex(new RegExp(`^[0-9a-f]{${octets * 2}}$`))

const sealingSchema = z.strictObject({
  kdf: z.literal('scrypt'),
  N: z.int().min(2).max(MAX_SCRYPT_N),
  r: z.literal(8),
  p: z.literal(1),
  salt: hex(16),
  /** Tells a wrong passphrase from a damaged file. */
  check: hex(32),
  cipher: z.literal('aes-256-gcm'),
})
export type Sealing = z.infer<typeof sealingSchema>

export const headerSchema = z.strictObject({
  created_at: z.string().max(40),
  site: z.string().max(200),
  compression: z.literal('zstd'),
  /** Null for a backup without a passphrase. */
  sealing: sealingSchema.nullable(),
})
export type BackupHeader = z.infer<typeof headerSchema>

/** Relative, without `..` and hidden names: a foreign backup must not reach outside its directory. */
const PART_NAME = /^(?!.*(?:^|\/)\.)[\w.@+-]{1,100}(?:\/[\w.@+-]{1,100}){0,4}$/

const partSchema = z.strictObject({
  name: z.string().regex(PART_NAME),
  octets: z.int().min(0),
  sha256: hex(32),
  /** The permission bits, for keys that nobody else may read. */
  mode: z.int().min(0).max(0o777),
})
export type BackupPart = z.infer<typeof partSchema>

export const manifestSchema = z
  .strictObject({
    created_at: z.string().max(40),
    site: z.string().max(200),
    /** The ledger's head: what a restored ledger must verify up to. */
    ledger: z.strictObject({ seq: z.int().min(1), hash: hex(32) }),
    parts: z.array(partSchema).min(1).max(MAX_PARTS).readonly(),
  })
  .refine(({ parts }) => new Set(parts.map(({ name }) => name)).size === parts.length, {
    error: 'a part is named twice',
  })
export type BackupManifest = z.infer<typeof manifestSchema>

/** A name that a part of a backup may have. */
export function isPartName(name: string): boolean {
  return PART_NAME.test(name)
}

/** Magic, header and digest as they begin the file, and the digest by itself. */
export function encodeHeader(header: BackupHeader): { octets: Buffer; digest: Buffer } {
  const json = Buffer.from(JSON.stringify(header))
  const digest = headerDigest(json)
  return { octets: Buffer.concat([MAGIC, uint32(json.length), json, digest]), digest }
}

/** SHA-256 of all that stands before it in the file. */
export function headerDigest(json: Buffer): Buffer {
  return createHash('sha256').update(MAGIC).update(uint32(json.length)).update(json).digest()
}

export function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}
