import { sha256 } from '../../records/ledger/chain.ts'
import type { Register } from '../../records/register/register.ts'
import type { Accounts } from './clients.ts'
import { chromeIdentifier } from './chrome-identifier.ts'
import { tokenMemory, TokenWriter } from './token-table.ts'
import { keyOf } from './word-key.ts'

/** What a token is told apart by: those of the register, and where Chromebooks are used what they make by themselves. */
type Known = Pick<Register, 'devices' | 'dohTokens'>

export interface DohTokensParts {
  /** `DnsOverHttpsSalt` of the school's Chromebooks; null where there are none. */
  readonly salt: string | null
  /** Tokens and identifiers that there is room for, those revoked since the start included. */
  readonly maxTokens: number
}

/** The tokens in force, as the register has them, in the memory that data threads read. */
export class DohTokens {
  readonly memory: SharedArrayBuffer
  readonly #salt: string | null
  readonly #table: TokenWriter
  /** By value: hashing a hundred thousand ids at each change would take the control thread a fifth of a second. */
  readonly #digests = new Map<string, string>()
  #homeless = 0

  constructor({ salt, maxTokens }: DohTokensParts) {
    this.memory = tokenMemory(maxTokens)
    this.#salt = salt
    this.#table = new TokenWriter(this.memory)
  }

  /** Tokens in force. */
  get size(): number {
    return this.#table.size
  }

  /** In force from the return on: the next query of a token that is not there any more is refused. */
  follow({ devices, dohTokens }: Known, accounts: Accounts): void {
    const tokens = new Map<string, number>()
    if (this.#salt !== null)
      for (const [value, device] of identifiedBy(devices, accounts))
        tokens.set(this.#digestOf(this.#salt, value), keyOf(device))
    for (const { device, tokenHash } of dohTokens.values())
      if (devices.has(device)) tokens.set(tokenHash, keyOf(device))
    this.#homeless = this.#table.follow(tokens)
  }

  /** Sentences for `/readyz`. */
  problems(): readonly string[] {
    if (this.#homeless === 0) return []
    return [`DoH tokens: there is no room for ${this.#homeless} (\`clients.maxTokens\`)`]
  }

  #digestOf(salt: string, value: string): string {
    const known = this.#digests.get(value)
    if (known !== undefined) return known
    const digest = sha256(chromeIdentifier(salt, value))
    this.#digests.set(value, digest)
    return digest
  }
}

/**
 * A device by its own id, which the school has entered as its asset id; and by the account of its owner, where that
 * person has one school device and no more: with two, the account says nothing of which.
 */
function* identifiedBy(
  devices: Register['devices'],
  accounts: Accounts,
): Generator<readonly [value: string, device: string]> {
  const owned = new Map<string, string | null>()
  for (const [id, { personRef, ownership }] of devices) {
    yield [id, id]
    if (personRef !== null && ownership === 'school')
      owned.set(personRef, owned.has(personRef) ? null : id)
  }
  for (const [account, person] of accounts) {
    const device = owned.get(person)
    if (device != null) yield [account.toLowerCase(), device]
  }
}
