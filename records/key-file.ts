import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** SHA-256 keys gain nothing beyond its output length (RFC 2104 section 3). */
const KEY_OCTETS = 32

/**
 * The secret key of one purpose, 32 octets in `<directory>/<purpose>.key` with mode 0600, made at the
 * first call. Two processes that race get the same key. Throws when the file is not such a key.
 */
export function readOrCreateKey(directory: string, purpose: string): Buffer {
  const path = join(directory, `${purpose}.key`)
  return readKey(path) ?? createKey(path)
}

function readKey(path: string): Buffer | undefined {
  let key: Buffer
  try {
    key = readFileSync(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
  if (key.length !== KEY_OCTETS) {
    throw new Error(
      `\`${path}\` holds ${key.length} octets, a key has ${KEY_OCTETS}; restore it from a backup`,
    )
  }
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new Error(`\`${path}\` can be read by others; make it private with chmod 600`)
  }
  return key
}

/** Written whole under another name, then linked: a reader never sees half a key, and the first link wins. */
function createKey(path: string): Buffer {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, randomBytes(KEY_OCTETS))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(draft)
  }
  const key = readKey(path)
  if (key === undefined) throw new Error(`\`${path}\` vanished while it was being made`)
  return key
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
