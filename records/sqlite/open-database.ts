import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** What a store's file must be: whose it is, and how it came to its present shape. */
export interface StoreSchema {
  /** Written into the file (`PRAGMA application_id`), so that another program's file is not taken for ours. */
  readonly applicationId: number
  /** One SQL script a version, oldest first; `PRAGMA user_version` counts those applied. Never edit one: append. */
  readonly migrations: readonly string[]
}

export interface OpenOptions {
  /** Refuses a file that is absent or needs a migration, and changes nothing. */
  readonly readOnly?: boolean
  /**
   * `full` makes every commit survive a power cut (the ledger: a change that was answered is kept);
   * `normal`, the default, makes it survive a crash of the process and syncs at checkpoints.
   */
  readonly synchronous?: 'normal' | 'full'
}

/** A file that is not the store it should be; the message says what was found, where, and what to do. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused'
  readonly path: string

  constructor(path: string, found: string, advice: string, cause?: unknown) {
    super(`\`${path}\` ${found}; ${advice}`, cause === undefined ? undefined : { cause })
    this.path = path
  }
}

/** Two writers share a file for the length of one append; longer waits mean that a process hangs. */
const BUSY_TIMEOUT_MS = 5_000

/**
 * An open SQLite store in WAL mode at its newest schema. Throws `StoreRefused`, with nothing
 * written, for a file that is foreign, torn, or from a newer version.
 */
export function openDatabase(
  path: string,
  schema: StoreSchema,
  { readOnly = false, synchronous = 'normal' }: OpenOptions = {},
): DatabaseSync {
  refuseForeignBytes(path, readOnly)
  return refusing(path, () => {
    const db = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS })
    try {
      const version = checkOwner(db, path, schema)
      if (readOnly) requireNewest(path, version, schema)
      else {
        // Only now: the mode is written into the file, and a foreign file must stay as it was.
        enterWal(db)
        db.exec(`PRAGMA synchronous = ${synchronous === 'full' ? 'FULL' : 'NORMAL'}`)
        if (version < schema.migrations.length) migrate(db, schema)
      }
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/** Runs `work` inside `BEGIN IMMEDIATE`: it sees the newest rows and no other writer comes between. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk rolls back by itself; a second ROLLBACK would hide the first error.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** A restore wants an empty directory, so that it never lays old stores beside newer ones. */
const RESTORE = 'move its directory away and `schoolgate restore` a backup in its place'
const MAGIC = 'SQLite format 3\0'

/** SQLite takes a file shorter than its header for an empty one and would write over it. */
function refuseForeignBytes(path: string, mustExist: boolean): void {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      if (!mustExist) return
      throw new StoreRefused(path, 'does not exist', 'start the gate once, or name its directory')
    }
    throw new StoreRefused(path, 'cannot be read', 'check its owner and mode', error)
  }
  try {
    const { size } = fstatSync(file)
    if (size === 0) return
    const head = Buffer.alloc(MAGIC.length)
    const count = readSync(file, head, 0, head.length, 0)
    if (head.toString('latin1') === MAGIC) return
    const seen = JSON.stringify(head.subarray(0, count).toString('latin1'))
    throw new StoreRefused(path, `is not a SQLite file (it begins with ${seen})`, RESTORE)
  } finally {
    closeSync(file)
  }
}

/** The file's schema version, 0 for a new file. */
function checkOwner(db: DatabaseSync, path: string, schema: StoreSchema): number {
  const { owner, version, tables } = readIdentity(db)
  if (owner === 0 && version === 0 && tables === 0) return 0
  if (owner !== schema.applicationId) {
    const found = `belongs to another program (application id ${owner}, ours is ${schema.applicationId})`
    throw new StoreRefused(path, found, 'name another directory or move the file away')
  }
  const known = schema.migrations.length
  if (version > known) {
    const found = `was written by a newer Schoolgate (schema ${version}, this one knows ${known})`
    throw new StoreRefused(
      path,
      found,
      'upgrade this gate, or restore a backup of the older version',
    )
  }
  return version
}

/** In one read transaction: another process may be making the file, and half of that looks like a foreign one. */
function readIdentity(db: DatabaseSync): { owner: number; version: number; tables: number } {
  db.exec('BEGIN')
  try {
    const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'])
    return { owner: pragma(db, 'application_id'), version: pragma(db, 'user_version'), tables }
  } finally {
    if (db.isTransaction) db.exec('COMMIT')
  }
}

/**
 * SQLite does not wait for another process here, `timeout` or not (it would wait with a lock in its
 * hand): of a gate and a dashboard that make a new file together, one would die at its first start.
 */
function enterWal(db: DatabaseSync): void {
  for (let waited = 0; ; waited += WAL_RETRY_MS) {
    try {
      db.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (primaryCode(error) !== SQLITE_BUSY || waited >= BUSY_TIMEOUT_MS) throw error
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_RETRY_MS)
  }
}

/** The other process needs about a millisecond. */
const WAL_RETRY_MS = 10

function requireNewest(path: string, version: number, schema: StoreSchema): void {
  if (version === schema.migrations.length) return
  const found = `has schema ${version} of ${schema.migrations.length}`
  throw new StoreRefused(path, found, 'start the gate once to bring it up to date')
}

function migrate(db: DatabaseSync, schema: StoreSchema): void {
  inTransaction(db, () => {
    // Read again under the lock: two processes may open a new file at the same moment.
    const version = pragma(db, 'user_version')
    for (const script of schema.migrations.slice(version)) db.exec(script)
    db.exec(`PRAGMA application_id = ${schema.applicationId}`)
    db.exec(`PRAGMA user_version = ${Math.max(version, schema.migrations.length)}`)
  })
}

function pragma(db: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name])
}

/** SQLite result codes (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5
const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

/** Extended codes carry the primary one in their low octet. */
function primaryCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
}

function refusing<T>(path: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (error instanceof StoreRefused) throw error
    const why = error instanceof Error ? error.message : String(error)
    switch (primaryCode(error)) {
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
        throw new StoreRefused(path, `is torn (${why})`, RESTORE, error)
      case SQLITE_BUSY:
        throw new StoreRefused(path, 'is kept locked by another process', 'stop that one', error)
      default:
        throw new StoreRefused(
          path,
          `cannot be opened (${why})`,
          'check its directory and mode',
          error,
        )
    }
  }
}
