import { randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { FetchedListPolicy } from '../../../rules/policy/policy.ts'
import { newFeedState, readFeedState, type FeedState } from './feed-state.ts'

/** No attempt takes so long (`FETCH_LIMITS`): whoever left it is gone, though its number is another's now. */
const LOCK_STALE_MS = 30 * 60_000

/** Locks that this process holds: one with its number that is not in here is of a process before it. */
const held = new Set<string>()

/**
 * The copies of fetched lists in `records.directory`, a folder a list: `state.json`, and a file or
 * folder for each copy, named by its digest. The gate and `lists update` may both write; each takes the
 * list's lock, and every file is renamed into place whole.
 */
export class FeedStore {
  readonly #root: string

  constructor(recordsDirectory: string) {
    this.#root = join(recordsDirectory, 'lists')
  }

  /** What is known of a list; a new state where nothing is. */
  read(list: FetchedListPolicy): FeedState {
    try {
      const text = readFileSync(this.#statePath(list.id), 'utf8')
      return readFeedState(text, list) ?? newFeedState(list)
    } catch {
      return newFeedState(list)
    }
  }

  /** Changes whenever a list's state is written; '' while there is none. */
  stamp(id: string): string {
    const facts = statSync(this.#statePath(id), { throwIfNoEntry: false })
    return facts === undefined ? '' : `${facts.mtimeMs} ${facts.size} ${facts.ino}`
  }

  /** Throws where the disk refuses. */
  write(id: string, state: FeedState): void {
    const path = this.#statePath(id)
    mkdirSync(this.#folder(id), { recursive: true, mode: 0o700 })
    writeFileSync(`${path}.tmp`, JSON.stringify(state), { mode: 0o600, flush: true })
    renameSync(`${path}.tmp`, path)
    this.#forgetOthers(id, state)
  }

  /** Where a copy lies: a file, or the folder of an archive's lists. */
  pathOf(id: string, digest: string): string {
    return join(this.#folder(id), digest)
  }

  has(id: string, digest: string): boolean {
    return existsSync(this.pathOf(id, digest))
  }

  /** A path to download to, in the list's folder, so that it can be renamed into place. */
  temporary(id: string): string {
    mkdirSync(this.#folder(id), { recursive: true, mode: 0o700 })
    return join(this.#folder(id), `${randomUUID()}.part`)
  }

  /** A copy that is there already stays: somebody may be reading it. */
  keep(id: string, digest: string, from: string): void {
    if (!this.has(id, digest)) renameSync(from, this.pathOf(id, digest))
  }

  discard(path: string): void {
    rmSync(path, { recursive: true, force: true })
  }

  /** Runs `work` while nobody else updates the list; null when somebody does. */
  async locked<T>(id: string, work: () => Promise<T>): Promise<T | null> {
    const lock = join(this.#folder(id), 'lock')
    mkdirSync(this.#folder(id), { recursive: true, mode: 0o700 })
    if (isLeftBehind(lock)) rmSync(lock, { force: true })
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 })
    } catch {
      return null
    }
    held.add(lock)
    try {
      for (const name of readdirSync(this.#folder(id)))
        if (name.includes('.part')) this.discard(join(this.#folder(id), name))
      return await work()
    } finally {
      rmSync(lock, { force: true })
      held.delete(lock)
    }
  }

  /** Copies that the state no longer names. */
  #forgetOthers(id: string, { copies, held: waiting }: FeedState): void {
    const named = new Set([...copies, ...(waiting === null ? [] : [waiting])].map(digestOf))
    for (const name of readdirSync(this.#folder(id)))
      if (/^[0-9a-f]{64}$/.test(name) && !named.has(name)) this.discard(this.pathOf(id, name))
  }

  #folder(id: string): string {
    return join(this.#root, id)
  }

  #statePath(id: string): string {
    return join(this.#folder(id), 'state.json')
  }
}

function digestOf({ digest }: { readonly digest: string }): string {
  return digest
}

/** A lock whose process was killed: by its number, or by its age where the number is taken again. */
function isLeftBehind(lock: string): boolean {
  try {
    const age = Date.now() - statSync(lock).mtimeMs
    const pid = Number(readFileSync(lock, 'utf8'))
    if (age > LOCK_STALE_MS) return true
    // An empty one is being written just now.
    if (!Number.isInteger(pid) || pid <= 0) return false
    return pid === process.pid ? !held.has(lock) : !isAlive(pid)
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It lives, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
