import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'
import { openLedger } from '../ledger/ledger.ts'
import { verifyLedger } from '../ledger/verify-ledger.ts'
import { StoreRefused } from '../sqlite/open-database.ts'
import {
  BackupRefused,
  encodeHeader,
  uint32,
  type BackupHeader,
  type BackupManifest,
} from './backup-format.ts'
import { cipherSeal, digestSeal, newKey } from './frame-seal.ts'
import { sealFrames } from './frames.ts'
import { readBackup } from './read-backup.ts'
import { takeSnapshot } from './snapshot.ts'

export interface BackupOrder {
  /** The records directory of a gate, which may be running. */
  readonly directory: string
  /** The file to write; its directory must be there. */
  readonly file: string
  /** Null leaves the backup readable for whoever has the file. */
  readonly passphrase: string | null
  /** Epoch ms. */
  readonly now: number
}

export interface BackupReport {
  readonly file: string
  readonly octets: number
  readonly manifest: BackupManifest
}

/** The file is read by nobody else, like the keys in it. */
const PRIVATE = 0o600

/**
 * Everything in a records directory as one file, which appears under its name when it is whole, has been
 * read back, and its ledger verifies. Throws `BackupRefused`, and then leaves nothing behind.
 */
export async function makeBackup(order: BackupOrder): Promise<BackupReport> {
  const file = resolve(order.file)
  if (existsSync(file))
    throw new BackupRefused(file, 'is there already', 'name another file, or move that one away')
  if (!existsSync(join(order.directory, 'ledger.sqlite')))
    throw new BackupRefused(order.directory, 'holds no ledger', 'name a records directory')
  await removeLeftovers(order.directory)
  // In the records directory, not beside the file: without a passphrase these copies must not lie on
  // the stick or the share that the file goes to.
  const staging = await mkdtemp(join(order.directory, STAGING))
  const draft = `${file}.${randomBytes(6).toString('hex')}.part`
  try {
    const manifest = await stage(order, staging)
    await write(draft, manifest, { staging, passphrase: order.passphrase })
    await readBackup(draft, order.passphrase)
    await rename(draft, file)
    await syncDirectory(dirname(file))
    return { file, octets: (await stat(file)).size, manifest }
  } catch (cause) {
    throw describe(cause, file)
  } finally {
    await rm(draft, { force: true })
    await rm(staging, { recursive: true, force: true })
  }
}

/** Dotted: `takeSnapshot` passes over it. */
const STAGING = '.backup-'

/** A killed backup leaves its copies. Another backup that runs now has made its directory a moment ago. */
async function removeLeftovers(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(STAGING))
  for (const name of names) {
    const path = join(directory, name)
    const age = Date.now() - (await stat(path)).mtimeMs
    if (age > LEFTOVER_MS) await rm(path, { recursive: true, force: true })
  }
}

const LEFTOVER_MS = 6 * 3_600_000

async function stage(order: BackupOrder, staging: string): Promise<BackupManifest> {
  const parts = await takeSnapshot(order.directory, staging)
  const { site, seq, hash } = verifiedHead(staging, order.directory)
  return { created_at: new Date(order.now).toISOString(), site, ledger: { seq, hash }, parts }
}

/** A backup that a restore would refuse is none: better said today. */
function verifiedHead(staging: string, directory: string) {
  const ledger = openLedger(staging, { readOnly: true })
  try {
    const verified = verifyLedger(ledger)
    if (!verified.ok)
      throw new BackupRefused(
        join(directory, 'ledger.sqlite'),
        `does not verify (${verified.fault.message})`,
        'keep a copy of the directory as it is, and restore an older backup',
      )
    const [first] = ledger.entries(0, 1)
    if (first === undefined)
      throw new BackupRefused(directory, 'has an empty ledger', 'start the gate once')
    return { site: first.site, ...verified.head }
  } finally {
    ledger.close()
  }
}

interface Source {
  readonly staging: string
  readonly passphrase: string | null
}

async function write(path: string, manifest: BackupManifest, source: Source): Promise<void> {
  const { created_at, site } = manifest
  const sealed = source.passphrase === null ? null : await newKey(source.passphrase)
  const sealing = sealed?.sealing ?? null
  const header: BackupHeader = { created_at, site, compression: 'zstd', sealing }
  const { octets, digest } = encodeHeader(header)
  const seal = sealed === null ? digestSeal(digest) : cipherSeal(sealed.key, digest)
  await pipeline(
    Readable.from(clearOctets(manifest, source.staging)),
    createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
    async function* (compressed: AsyncIterable<Buffer>) {
      yield octets
      yield* sealFrames(compressed, seal)
    },
    createWriteStream(path, { flags: 'wx', mode: PRIVATE, flush: true }),
  )
}

async function* clearOctets(manifest: BackupManifest, staging: string): AsyncGenerator<Buffer> {
  const json = Buffer.from(JSON.stringify(manifest))
  yield Buffer.concat([uint32(json.length), json])
  for (const { name } of manifest.parts)
    yield* createReadStream(join(staging, name), {
      highWaterMark: 262_144,
    }) as AsyncIterable<Buffer>
}

/** Puts a rename onto the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** A disk that is full or read-only is the operator's to mend, not an internal fault. */
function describe(cause: unknown, file: string): unknown {
  if (cause instanceof BackupRefused || cause instanceof StoreRefused) return cause
  if (!(cause instanceof Error && 'code' in cause)) return cause
  return new BackupRefused(
    file,
    `cannot be written (${cause.message})`,
    'check the directory, its mode and its room',
    cause,
  )
}
