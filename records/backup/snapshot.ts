import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, readdir, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DatabaseSync } from 'node:sqlite'
import { BACKUP_SUFFIX, BackupRefused, isPartName, type BackupPart } from './backup-format.ts'

/**
 * Copies every file of a records directory into `staging`, each as it was at one moment. SQLite files are
 * copied by `VACUUM INTO`: one read transaction beside a running gate, and unlike the page-wise
 * backup API it is not begun anew by each commit, and leaves out free pages, where an erased name
 * may still stand. Throws `BackupRefused`.
 */
export async function takeSnapshot(
  directory: string,
  staging: string,
): Promise<readonly BackupPart[]> {
  const names = await partNames(directory)
  await requireRoom(directory, staging, names)
  const parts: BackupPart[] = []
  for (const name of names) {
    const [from, to] = [join(directory, name), join(staging, name)]
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    if (name.endsWith('.sqlite')) copyDatabase(from, to)
    else await copyFile(from, to)
    const { size: octets } = await stat(to)
    const mode = (await stat(from)).mode & 0o777
    parts.push({ name, octets, sha256: await sha256OfFile(to), mode })
  }
  return parts
}

/** SHA-256 of a file's octets, hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** SQLite's own companions hold nothing that the copy lacks. */
const COMPANION = /\.sqlite-(?:wal|shm|journal)$/

/** A key that is being made (`key-file.ts`): its final name is there or comes with the next backup. */
const KEY_DRAFT = /\.key\.[0-9a-f]+$/

async function partNames(directory: string): Promise<readonly string[]> {
  let entries
  try {
    entries = await readdir(directory, { recursive: true, withFileTypes: true })
  } catch (cause) {
    throw new BackupRefused(
      directory,
      'cannot be read',
      'name the records directory of a gate',
      cause,
    )
  }
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name).slice(directory.replace(/\/+$/, '').length + 1),
    )
    .filter((name) => !name.endsWith(BACKUP_SUFFIX) && !COMPANION.test(name))
    .filter((name) => !KEY_DRAFT.test(name) && !/(?:^|\/)\./.test(name))
    .toSorted()
  const odd = names.find((name) => !isPartName(name))
  if (odd !== undefined)
    throw new BackupRefused(
      join(directory, odd),
      'has a name that no file of a gate has',
      'move it out of the records directory',
    )
  return names
}

/** A gate whose disk the backup has filled loses refusals: rather no backup. */
async function requireRoom(
  directory: string,
  staging: string,
  names: readonly string[],
): Promise<void> {
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(directory, name))).size),
  )
  const needed = sizes.reduce((sum, size) => sum + size, 0) + MARGIN_OCTETS
  const { bavail, bsize } = await statfs(staging)
  if (bavail * bsize >= needed) return
  const found = `needs ${mebibytes(needed)} MiB free for a snapshot and has ${mebibytes(bavail * bsize)}`
  throw new BackupRefused(directory, found, 'make room and try again')
}

/** What the gate writes meanwhile. */
const MARGIN_OCTETS = 67_108_864

function mebibytes(octets: number): number {
  return Math.ceil(octets / 1_048_576)
}

/** Another process holds the lock for one commit only. */
const BUSY_TIMEOUT_MS = 5_000

function copyDatabase(from: string, to: string): void {
  try {
    const db = new DatabaseSync(from, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
    try {
      db.prepare('VACUUM INTO ?').run(to)
    } finally {
      db.close()
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new BackupRefused(
      from,
      `cannot be copied (${why})`,
      'run `schoolgate ledger verify`; keep a copy of the directory as it is',
      cause,
    )
  }
}
