import type { People } from '../records/people/people.ts'
import type { Register } from '../records/register/register.ts'
import { DohTokens } from './clients/doh-tokens.ts'
import type { Fleet } from './fleet.ts'
import type { GateOptions } from './gate-options.ts'
import { recordsDirectoryOf } from './policy/school-files.ts'
import type { ThreadStart } from './thread-messages.ts'
import { IdentityKeeper } from './tls/identity-keeper.ts'

/** What of a register, and of what is beside it, DNS over HTTPS goes by. */
export interface DohSchool {
  readonly register: Register
  readonly people: Pick<People, 'accounts'>
}

/** What the control thread keeps for DNS over HTTPS: the certificate, and whose token is whose. */
export class KeptDoh {
  readonly #tokens: DohTokens
  /** Null where it is not served. */
  readonly #identity: IdentityKeeper | null

  /** Throws `GateRefused` where it is served and there is no certificate to serve it with. */
  constructor({ config, directory, log }: GateOptions, school: DohSchool) {
    const { dns, clients, tls } = config
    const isServed = dns.doh !== null
    this.#tokens = new DohTokens({
      salt: dns.dohSalt,
      maxTokens: isServed ? clients.maxTokens : 0,
    })
    const records = recordsDirectoryOf(config, directory)
    this.#identity = isServed ? new IdentityKeeper({ ...tls, directory, records }) : null
    // Before anybody asks.
    if (isServed) this.#followTokens(school)
    if (this.#identity?.identity.isSelfSigned === true)
      log.warn({}, 'no `tls.certificate`: dns over https shows one that no device believes')
  }

  /** For data threads. */
  get start(): Pick<ThreadStart, 'tokens' | 'identity'> {
    return { tokens: this.#tokens.memory, identity: this.#identity?.identity ?? null }
  }

  /** Files to look at again when they change. */
  get paths(): readonly string[] {
    return this.#identity?.paths ?? []
  }

  /** Tokens in force. */
  get size(): number {
    return this.#tokens.size
  }

  /** In force from the return on: a token that was revoked waits for no list to be compiled. */
  follow(school: DohSchool, fleet: Pick<Fleet, 'useIdentity'>): void {
    if (this.#identity === null) return
    this.#followTokens(school)
    const renewed = this.#identity.look()
    if (renewed !== null) fleet.useIdentity(renewed)
  }

  /** Sentences for `/readyz`. */
  problems(): readonly string[] {
    return [...this.#tokens.problems(), ...(this.#identity?.problems() ?? [])]
  }

  #followTokens({ register, people }: DohSchool): void {
    this.#tokens.follow(register, people.accounts())
  }
}
