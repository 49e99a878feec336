import { resolve } from 'node:path'
import { GateRefused } from '../gate-refused.ts'
import { readIdentity, type IdentityFiles, type ServerIdentity } from './server-identity.ts'

/** Long enough for a person to see to it; what renews by itself does so a month before. */
const SOON_MS = 14 * 86_400_000
const DAY_MS = 86_400_000

/** The gate's certificate as its files have it: read at start, and again when they change. */
export class IdentityKeeper {
  readonly #files: Omit<IdentityFiles, 'now'>
  #identity: ServerIdentity
  #problem: string | null = null

  /** Throws `GateRefused` where there is none to begin with. */
  constructor(files: Omit<IdentityFiles, 'now'>) {
    this.#files = files
    this.#identity = readIdentity({ ...files, now: Date.now() })
  }

  get identity(): ServerIdentity {
    return this.#identity
  }

  /** Absolute paths of what is read. */
  get paths(): readonly string[] {
    const { certificate, key, directory } = this.#files
    return [certificate, key].filter((one) => one !== null).map((one) => resolve(directory, one))
  }

  /** Another identity than before; null where it is the same, or what is there now is none: then the old one stays. */
  look(): ServerIdentity | null {
    try {
      const read = readIdentity({ ...this.#files, now: Date.now() })
      this.#problem = null
      if (read.certificate === this.#identity.certificate) return null
      this.#identity = read
      return read
    } catch (cause) {
      if (!(cause instanceof GateRefused)) throw cause
      // A renewal writes two files, one after the other: the next look sees both.
      this.#problem = `${cause.message}; the certificate from before stays`
      return null
    }
  }

  /** Sentences for `/readyz`. */
  problems(): readonly string[] {
    const left = this.#identity.expires - Date.now()
    const days = Math.floor(left / DAY_MS)
    const old =
      left <= 0
        ? ['tls.certificate: it has run out, and devices refuse it']
        : left < SOON_MS
          ? [`tls.certificate: it runs out in ${days} days`]
          : []
    return this.#problem === null ? old : [this.#problem, ...old]
  }
}
