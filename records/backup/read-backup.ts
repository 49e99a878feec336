import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import {
  BackupRefused,
  headerDigest,
  headerSchema,
  MAGIC,
  manifestSchema,
  MAX_HEADER_OCTETS,
  MAX_MANIFEST_OCTETS,
  type BackupHeader,
  type BackupManifest,
  type BackupPart,
} from './backup-format.ts'
import { cipherSeal, digestSeal, findKey, type FrameSeal } from './frame-seal.ts'
import { openFrames } from './frames.ts'
import { OctetReader } from './octet-reader.ts'

/** Where the parts go; called in the manifest's order. */
export interface PartSink {
  begin(part: BackupPart): Promise<void>
  write(octets: Buffer): Promise<void>
  end(): Promise<void>
}

const NOT_OURS = 'name a file that `schoolgate backup` wrote'
const TAKE_ANOTHER = 'nothing was restored; take another copy or an older backup'

/**
 * Reads a whole backup, each octet checked, and hands its parts to `sink`; without one nothing is
 * written anywhere and the answer says that the file is whole. Throws `BackupRefused`.
 */
export async function readBackup(
  path: string,
  passphrase: string | null,
  sink: PartSink | null = null,
): Promise<BackupManifest> {
  await using reader = await OctetReader.open(path)
  const { header, digest } = await readHeader(reader)
  const seal = await sealOf(header, digest, { path, passphrase })
  const taker = new PartTaker(path, sink)
  try {
    await pipeline(
      Readable.from(openFrames(reader, seal)),
      createZstdDecompress(),
      async (clear: AsyncIterable<Buffer>) => {
        for await (const octets of clear) await taker.take(octets)
      },
    )
  } catch (cause) {
    // The frames were as written, so a decoder that stumbles means that the writer was no Schoolgate.
    if (!(cause instanceof Error && 'code' in cause && String(cause.code).startsWith('ZSTD_')))
      throw cause
    throw new BackupRefused(path, `does not decompress (${cause.message})`, NOT_OURS, cause)
  }
  return taker.end()
}

interface ReadHeader {
  readonly header: BackupHeader
  readonly digest: Buffer
}

async function readHeader(reader: OctetReader): Promise<ReadHeader> {
  const { path } = reader
  const magic = await reader.take(MAGIC.length)
  if (!magic?.equals(MAGIC)) throw foreign(path, magic)
  const length = (await reader.take(4))?.readUInt32BE(0) ?? 0
  const json = length <= MAX_HEADER_OCTETS ? await reader.take(length) : null
  const kept = await reader.take(32)
  if (json === null || kept === null)
    throw new BackupRefused(path, 'is cut off or damaged in its header', TAKE_ANOTHER)
  const parsed = headerSchema.safeParse(parseJson(json))
  const digest = headerDigest(json)
  if (!digest.equals(kept)) throw new BackupRefused(path, 'is damaged in its header', TAKE_ANOTHER)
  if (!parsed.success)
    throw new BackupRefused(
      path,
      'has a header of another version',
      'use the Schoolgate that wrote it',
    )
  return { header: parsed.data, digest }
}

function foreign(path: string, magic: Buffer | null): BackupRefused {
  const seen = magic === null ? '' : JSON.stringify(magic.toString('latin1'))
  const begins = magic === null ? 'is shorter than its first line' : `begins with ${seen}`
  if (magic?.toString('latin1').startsWith('SCHOOLGATE BACKUP ') === true)
    return new BackupRefused(
      path,
      `is a backup of another format (${begins})`,
      'use a newer Schoolgate',
    )
  return new BackupRefused(path, `is not a backup of Schoolgate (it ${begins})`, NOT_OURS)
}

interface Opener {
  readonly path: string
  readonly passphrase: string | null
}

async function sealOf(
  { sealing }: BackupHeader,
  digest: Buffer,
  { path, passphrase }: Opener,
): Promise<FrameSeal> {
  if (sealing === null) return digestSeal(digest)
  if (passphrase === null)
    throw new BackupRefused(path, 'is encrypted', 'give its passphrase with `--passphrase-file`')
  const key = await findKey(passphrase, sealing)
  if (key === null)
    throw new BackupRefused(path, 'was encrypted with another passphrase', 'give the right one')
  return cipherSeal(key, digest)
}

/** Cuts the clear stream into manifest and parts, and holds each part against its hash. */
class PartTaker {
  readonly #path: string
  readonly #sink: PartSink | null
  #head: Buffer = Buffer.alloc(0)
  #manifest: BackupManifest | null = null
  #index = 0
  #left = 0
  #hash: Hash = createHash('sha256')

  constructor(path: string, sink: PartSink | null) {
    this.#path = path
    this.#sink = sink
  }

  async take(octets: Buffer): Promise<void> {
    let rest = octets
    if (this.#manifest === null) {
      const behind = this.#takeManifest(octets)
      if (behind === null) return
      rest = behind
      await this.#begin()
    }
    while (rest.length > 0) {
      if (this.#part() === undefined) throw this.#refuse('goes on behind its last part')
      const piece = rest.subarray(0, this.#left)
      rest = rest.subarray(piece.length)
      this.#left -= piece.length
      this.#hash.update(piece)
      await this.#sink?.write(piece)
      if (this.#left === 0) await this.#finish()
    }
  }

  end(): BackupManifest {
    if (this.#manifest === null || this.#part() !== undefined)
      throw this.#refuse('ends before its last part')
    return this.#manifest
  }

  /** What comes behind the manifest; null while it is not whole. */
  #takeManifest(octets: Buffer): Buffer | null {
    this.#head = Buffer.concat([this.#head, octets])
    if (this.#head.length < 4) return null
    const length = this.#head.readUInt32BE(0)
    if (length > MAX_MANIFEST_OCTETS) throw this.#refuse('has a manifest that is too long')
    if (this.#head.length < 4 + length) return null
    const parsed = manifestSchema.safeParse(parseJson(this.#head.subarray(4, 4 + length)))
    if (!parsed.success)
      throw this.#refuse(`has a manifest that is none (${parsed.error.issues[0]?.message ?? ''})`)
    this.#manifest = parsed.data
    return this.#head.subarray(4 + length)
  }

  #part(): BackupPart | undefined {
    return this.#manifest?.parts[this.#index]
  }

  /** Empty parts begin and end without an octet. */
  async #begin(): Promise<void> {
    const part = this.#part()
    if (part === undefined) return
    this.#left = part.octets
    this.#hash = createHash('sha256')
    await this.#sink?.begin(part)
    if (this.#left === 0) await this.#finish()
  }

  async #finish(): Promise<void> {
    const part = this.#part()
    if (part !== undefined && this.#hash.digest('hex') !== part.sha256)
      throw this.#refuse(`holds another \`${part.name}\` than its manifest says`)
    await this.#sink?.end()
    this.#index += 1
    await this.#begin()
  }

  #refuse(found: string): BackupRefused {
    return new BackupRefused(this.#path, found, TAKE_ANOTHER)
  }
}

function parseJson(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
