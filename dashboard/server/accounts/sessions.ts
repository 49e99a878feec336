import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from '../../../records/sqlite/open-database.ts'

/** How far somebody has come: the password was right, a second factor must be set up, or all is done. */
export type Stage = 'password' | 'enrol' | 'full'

export interface Session {
  readonly login: string
  readonly stage: Stage
  /** What a page sends along with whatever changes anything. */
  readonly csrf: string
  readonly createdAt: number
  readonly activeAt: number
  readonly address: string
  readonly agent: string
}

export interface Begun {
  /** The cookie; kept nowhere but there. */
  readonly token: string
  readonly csrf: string
}

/** "Ten minutes" (002:844); polling in the background is no activity. */
const IDLE_MS = 600_000
/** A working day: then everybody signs in again. */
const LONGEST_MS = 12 * 3_600_000
/** Between the password and the second factor. */
const HALFWAY_MS = 300_000
/** A browser says more than a list can show. */
const AGENT_LETTERS = 200

/** Who is signed in. Times are epoch ms; a token is known by its hash alone. */
export class Sessions {
  readonly #db: DatabaseSync

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  begin(
    login: string,
    stage: Stage,
    { address, agent, at }: { address: string; agent: string; at: number },
  ): Begun {
    const begun = { token: secret(), csrf: secret() }
    this.#db.prepare('DELETE FROM sessions WHERE created_at < ?').run(at - LONGEST_MS)
    this.#db
      .prepare(
        `INSERT INTO sessions (hash, login, stage, csrf, created_at, active_at, address, agent)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...([hashOf(begun.token), login, stage, begun.csrf] as const),
        ...([at, at, address, agent.slice(0, AGENT_LETTERS)] as const),
      )
    return begun
  }

  /** `idle`: it was one, and rested too long; it is gone now. */
  find(token: string, at: number): Session | 'idle' | null {
    const hash = hashOf(token)
    const row = this.#db.prepare(`SELECT ${COLUMNS} FROM sessions WHERE hash = ?`).get(hash)
    if (row === undefined) return null
    const session = row as unknown as Session
    const isOld = at - session.createdAt >= (session.stage === 'full' ? LONGEST_MS : HALFWAY_MS)
    const isIdle = at - session.activeAt >= IDLE_MS
    if (!isOld && !isIdle) return session
    this.#db.prepare('DELETE FROM sessions WHERE hash = ?').run(hash)
    return isIdle && session.stage === 'full' ? 'idle' : null
  }

  touch(token: string, at: number): void {
    this.#db.prepare('UPDATE sessions SET active_at = ? WHERE hash = ?').run(at, hashOf(token))
  }

  /** Another token with each stage: one that was planted before the sign-in leads nowhere (session fixation). */
  advance(token: string, stage: Stage, at: number): Begun | null {
    return inTransaction(this.#db, () => {
      const found = this.find(token, at)
      if (found === null || found === 'idle') return null
      this.end(token)
      const { login, address, agent } = found
      return this.begin(login, stage, { address, agent, at })
    })
  }

  end(token: string): void {
    this.#db.prepare('DELETE FROM sessions WHERE hash = ?').run(hashOf(token))
  }

  /** Those of one account, newest first, with an id by which one can be ended. */
  of(login: string): readonly (Session & { readonly id: string })[] {
    return this.#db
      .prepare(
        `SELECT ${COLUMNS}, substr(hash, 1, 16) AS id FROM sessions WHERE login = ? ORDER BY created_at DESC`,
      )
      .all(login) as unknown as (Session & { readonly id: string })[]
  }

  /** False where the account has no such session. */
  revoke(login: string, id: string): boolean {
    return (
      this.#db
        .prepare('DELETE FROM sessions WHERE login = ? AND substr(hash, 1, 16) = ?')
        .run(login, id).changes > 0
    )
  }

  revokeAll(login: string): void {
    this.#db.prepare('DELETE FROM sessions WHERE login = ?').run(login)
  }
}

export function isSameSecret(given: string, known: string): boolean {
  const [a, b] = [hashOf(given), hashOf(known)].map((text) => Buffer.from(text))
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

const COLUMNS = 'login, stage, csrf, created_at AS createdAt, active_at AS activeAt, address, agent'

function secret(): string {
  return randomBytes(32).toString('base64url')
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
