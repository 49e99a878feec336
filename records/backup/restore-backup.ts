import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import {
  access,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rename,
  rm,
  statfs,
  type FileHandle,
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { LEDGER_FILE } from '../ledger/ledger-schema.ts'
import { openLedger } from '../ledger/ledger.ts'
import { verifyLedger } from '../ledger/verify-ledger.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../journal/journal-schema.ts'
import { openDatabase } from '../sqlite/open-database.ts'
import { BackupRefused, type BackupManifest, type BackupPart } from './backup-format.ts'
import { syncDirectory } from './make-backup.ts'
import { readBackup, type PartSink } from './read-backup.ts'

export interface RestoreOrder {
  readonly file: string
  /** Where the records are to be: absent or empty. */
  readonly directory: string
  readonly passphrase: string | null
}

/**
 * Puts a backup's records in place, all or nothing: the file is read through before anything is
 * written, and the parts get their names when hashes, stores and chain have been verified. Throws
 * `BackupRefused` or `StoreRefused`, and then leaves nothing behind.
 */
export async function restoreBackup(order: RestoreOrder): Promise<BackupManifest> {
  const directory = resolve(order.directory)
  await requireEmpty(directory)
  const manifest = await readBackup(order.file, order.passphrase)
  const staging = await makeStaging(directory)
  try {
    await requireRoom(staging, manifest)
    await readBackup(order.file, order.passphrase, new DirectorySink(staging))
    verifyStores(staging, manifest, order.file)
    await syncTree(staging)
    await placeRecords(staging, directory)
    return manifest
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

const STAGING = '.restoring-'

async function requireEmpty(directory: string): Promise<void> {
  let names: readonly string[]
  try {
    names = await readdir(directory)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return
    throw new BackupRefused(directory, 'cannot be read', 'name a new directory', cause)
  }
  if (names.length === 0) return
  const few = names.slice(0, 3).map((name) => `\`${name}\``)
  const found = `is not empty (it holds ${few.join(', ')}${names.length > 3 ? ', ...' : ''})`
  throw new BackupRefused(directory, found, 'name a new directory, or move that one away')
}

/** Beside the directory, so that one rename puts all in place; inside where only that can be written. */
async function makeStaging(directory: string): Promise<string> {
  const parent = dirname(directory)
  try {
    await access(parent, constants.W_OK)
    return await mkdtemp(join(parent, `.${basename(directory)}${STAGING}`))
  } catch (cause) {
    try {
      return await mkdtemp(join(directory, STAGING))
    } catch {
      throw new BackupRefused(parent, 'cannot be written', 'make it, or check its mode', cause)
    }
  }
}

async function requireRoom(staging: string, { parts }: BackupManifest): Promise<void> {
  const needed = parts.reduce((sum, { octets }) => sum + octets, 0)
  const { bavail, bsize } = await statfs(staging)
  if (bavail * bsize > needed) return
  const found = `has ${bavail * bsize} octets free, the backup holds ${needed}`
  throw new BackupRefused(dirname(staging), found, 'make room or name another place')
}

class DirectorySink implements PartSink {
  readonly #directory: string
  #file: FileHandle | null = null

  constructor(directory: string) {
    this.#directory = directory
  }

  async begin({ name, mode }: BackupPart): Promise<void> {
    const path = join(this.#directory, name)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    this.#file = await open(path, 'wx', 0o600)
    await chmod(path, mode)
  }

  async write(octets: Buffer): Promise<void> {
    await this.#file?.writeFile(octets)
  }

  async end(): Promise<void> {
    await this.#file?.close()
    this.#file = null
  }
}

function verifyStores(staging: string, { ledger: head }: BackupManifest, file: string): void {
  const refuse = (found: string) =>
    new BackupRefused(file, found, 'nothing was restored; take an older backup')
  // Opened for writing: a backup of an older version is brought up to date here.
  const ledger = openLedger(staging)
  try {
    const verified = verifyLedger(ledger, head)
    if (!verified.ok) throw refuse(`holds a ledger that does not verify: ${verified.fault.message}`)
  } finally {
    ledger.close()
  }
  const journal = openDatabase(join(staging, JOURNAL_FILE), JOURNAL_SCHEMA)
  try {
    const found = String(journal.prepare('PRAGMA quick_check(1)').get()?.['quick_check'])
    if (found !== 'ok') throw refuse(`holds a torn journal: ${found}`)
    // Redis may know later numbers of this journal; under a new id they are not taken for shipped.
    journal.prepare('UPDATE journal_id SET id = ?').run(randomBytes(16).toString('hex'))
  } finally {
    journal.close()
  }
}

/** Gives the verified files their place. `staging` is beside or inside `directory`. */
export async function placeRecords(staging: string, directory: string): Promise<void> {
  if (dirname(staging) === directory) {
    await moveEach(staging, directory)
    return
  }
  try {
    await rename(staging, directory)
    await syncDirectory(dirname(directory))
  } catch (cause) {
    // A mount point, such as a container's volume, cannot be replaced, only filled.
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (!['EBUSY', 'EXDEV', 'EPERM'].includes(code)) throw cause
    const inside = await mkdtemp(join(directory, STAGING))
    await cp(staging, inside, { recursive: true, preserveTimestamps: true })
    await syncTree(inside)
    await moveEach(inside, directory)
  }
}

/** The ledger comes last: by it a gate knows that there are records. */
async function moveEach(staging: string, directory: string): Promise<void> {
  const names = (await readdir(staging)).filter((name) => name !== LEDGER_FILE)
  for (const name of [...names, LEDGER_FILE])
    await rename(join(staging, name), join(directory, name))
  await rm(staging, { recursive: true })
  await syncDirectory(directory)
}

async function syncTree(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }))
    await syncDirectory(join(entry.parentPath, entry.name))
  await syncDirectory(directory)
}
