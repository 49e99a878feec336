import { createHash, randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction, openDatabase } from '../../../records/sqlite/open-database.ts'
import { ACCOUNTS_FILE, ACCOUNTS_SCHEMA } from './account-schema.ts'

export interface Account {
  readonly login: string
  readonly personRef: string
  /** An argon2id hash; null until the invitation was taken up. */
  readonly password: string | null
  /** Sealed (`secret-box.ts`); null where no authenticator was begun with. */
  readonly totp: string | null
  readonly totpLast: number
  /** A code of the authenticator has come back: before that its secret is worth nothing. */
  readonly isEnrolled: boolean
  /** Epoch ms; in the past for an account that is not locked. */
  readonly lockedUntil: number
  readonly signedInAt: number | null
}

/** `first`: nobody has an account yet; `invitation`: choose a password; both are good once. */
export type CodePurpose = 'first' | 'invitation'

/** Ten wrong passwords in a row, then a quarter of an hour's rest: 960 guesses a day at most. */
const MAX_FAILURES = 10
const LOCK_MS = 15 * 60_000

/** An invitation is taken up within three days; the first code is good until it is used. */
export const INVITATION_MS = 3 * 86_400_000

/** Without I, L, O and U: nobody misreads one (Crockford's base 32). */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 60 bits: with the rate limit there is no guessing it. */
const CODE_LETTERS = 12

/** The accounts of a records directory; any number of processes share them. Times are epoch ms. */
export class AccountStore implements Disposable {
  readonly db: DatabaseSync

  /** Opens the accounts of `directory`, made when absent. Throws `StoreRefused`. */
  constructor(directory: string) {
    this.db = openDatabase(join(directory, ACCOUNTS_FILE), ACCOUNTS_SCHEMA, { synchronous: 'full' })
    this.db.exec('PRAGMA foreign_keys = ON')
  }

  isEmpty(): boolean {
    return this.db.prepare('SELECT 1 FROM accounts LIMIT 1').get() === undefined
  }

  find(login: string): Account | null {
    const row = this.db.prepare('SELECT * FROM accounts WHERE login = ?').get(login)
    return row === undefined ? null : accountOf(row)
  }

  all(): readonly Account[] {
    return this.db.prepare('SELECT * FROM accounts ORDER BY login').all().map(accountOf)
  }

  /** False where the login is taken. */
  add(login: string, personRef: string, at: number): boolean {
    return (
      this.db
        .prepare(
          'INSERT INTO accounts (login, person_ref, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        )
        .run(login, personRef, at).changes > 0
    )
  }

  /** A code that is good once, for whoever reads it out; an older one of the same login is void. */
  issueCode(purpose: CodePurpose, login: string | null, expiresAt: number): string {
    const letters = Array.from({ length: CODE_LETTERS }, () => LETTERS.charAt(randomInt(32)))
    const code = letters.join('')
    inTransaction(this.db, () => {
      this.db.prepare('DELETE FROM codes WHERE purpose = ? AND login IS ?').run(purpose, login)
      this.db
        .prepare('INSERT INTO codes (hash, purpose, login, expires_at) VALUES (?, ?, ?, ?)')
        .run(hashOfCode(code), purpose, login, expiresAt)
    })
    return code.match(/.{4}/g)?.join('-') ?? code
  }

  /** Whose code it is; null for none, a used one and one that is too old. Does not use it up. */
  readCode(
    code: string,
    purpose: CodePurpose,
    at: number,
  ): { readonly login: string | null } | null {
    const row = this.db
      .prepare('SELECT login FROM codes WHERE hash = ? AND purpose = ? AND expires_at > ?')
      .get(hashOfCode(code), purpose, at)
    if (row === undefined) return null
    const { login } = row
    return { login: typeof login === 'string' ? login : null }
  }

  /** False when somebody used it in between. */
  useCode(code: string): boolean {
    return this.db.prepare('DELETE FROM codes WHERE hash = ?').run(hashOfCode(code)).changes > 0
  }

  setPassword(login: string, hash: string): void {
    this.db
      .prepare('UPDATE accounts SET password = ?, failures = 0, locked_until = 0 WHERE login = ?')
      .run(hash, login)
  }

  /** A new secret, in force when a code of it has come back (`useTotpStep`). */
  beginTotp(login: string, sealed: string): void {
    this.db
      .prepare(`UPDATE accounts SET totp = ?, totp_last = ${PENDING} WHERE login = ?`)
      .run(sealed, login)
  }

  /** False when that step, or a later one, was used already: a code works once. */
  useTotpStep(login: string, step: number): boolean {
    return (
      this.db
        .prepare('UPDATE accounts SET totp_last = ? WHERE login = ? AND totp_last < ?')
        .run(step, login, step).changes > 0
    )
  }

  /** Takes the password and the second factor away, and ends its sessions: an invitation gives new ones. */
  reset(login: string): void {
    inTransaction(this.db, () => {
      this.db
        .prepare(
          'UPDATE accounts SET password = NULL, totp = NULL, totp_last = 0, failures = 0, locked_until = 0 WHERE login = ?',
        )
        .run(login)
      this.db.prepare('DELETE FROM sessions WHERE login = ?').run(login)
    })
  }

  noteFailure(login: string, at: number): void {
    this.db
      .prepare(
        `UPDATE accounts SET
           locked_until = CASE WHEN failures + 1 >= ${MAX_FAILURES} THEN ? ELSE locked_until END,
           failures = CASE WHEN failures + 1 >= ${MAX_FAILURES} THEN 0 ELSE failures + 1 END
         WHERE login = ?`,
      )
      .run(at + LOCK_MS, login)
  }

  noteSuccess(login: string, at: number): void {
    this.db
      .prepare('UPDATE accounts SET failures = 0, signed_in_at = ? WHERE login = ?')
      .run(at, login)
  }

  /** Every attempt to sign in, right or wrong; kept two years (requirements.md 6.9, admin log). */
  noteSignIn(attempt: { at: number; login: string; address: string; outcome: string }): void {
    const { at, login, address, outcome } = attempt
    this.db
      .prepare('INSERT INTO sign_ins (ts, login, address, outcome) VALUES (?, ?, ?, ?)')
      .run(at, login.slice(0, 100), address, outcome)
    this.db.prepare('DELETE FROM sign_ins WHERE ts < ?').run(at - SIGN_INS_KEPT_MS)
  }

  /** The newest first. */
  signIns(limit: number): readonly SignIn[] {
    return this.db
      .prepare('SELECT ts AS at, login, address, outcome FROM sign_ins ORDER BY id DESC LIMIT ?')
      .all(limit) as unknown as SignIn[]
  }

  [Symbol.dispose](): void {
    this.db.close()
  }
}

export interface SignIn {
  readonly at: number
  readonly login: string
  readonly address: string
  readonly outcome: string
}

/** The time step of a secret that no code has confirmed yet. */
const PENDING = -1

const SIGN_INS_KEPT_MS = 2 * 365 * 86_400_000

function accountOf(row: Record<string, unknown>): Account {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  return {
    login: String(row['login']),
    personRef: String(row['person_ref']),
    ...{ password: text(row['password']), totp: text(row['totp']) },
    totpLast: Number(row['totp_last']),
    isEnrolled: row['totp'] !== null && row['totp_last'] !== PENDING,
    lockedUntil: Number(row['locked_until']),
    signedInAt: row['signed_in_at'] === null ? null : Number(row['signed_in_at']),
  }
}

/** As people type it: small letters, without dashes. */
function hashOfCode(code: string): string {
  const plain = code.toUpperCase().replace(/[^0-9A-Z]/g, '')
  return createHash('sha256').update(plain).digest('hex')
}
