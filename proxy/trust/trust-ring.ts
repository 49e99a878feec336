import { resolve } from 'node:path'
import type { Register } from '../../records/register/register.ts'
import type { Config } from '../config.ts'
import { writeCanaryReport, type CanaryCopies } from './canary-report.ts'
import { digestOfParent, heldParent } from './choose-parent.ts'

export interface TrustRingOptions {
  readonly config: Config
  readonly directory: string
  readonly register: () => Register
  /** What `/readyz` names as degraded. */
  readonly degraded: () => Promise<readonly string[]>
  readonly reload: () => void
  /** The copies of fetched lists that this gate has, by the list's id. */
  readonly lists: () => ReadonlyMap<string, CanaryCopies>
  readonly log: { error(details: object, message: string): void }
}

/**
 * A gate's place in its trust: the canary takes a new parent at once and tells how it is; the others follow
 * when it has had it for long enough. A gate of no ring does neither.
 */
export class TrustRing {
  readonly #options: TrustRingOptions
  #held: string | null = null

  constructor(options: TrustRingOptions) {
    this.#options = options
  }

  /** The report that a follower waits for; null for others. */
  get file(): string | null {
    const { ring, report } = this.#options.config.trust
    return ring === 'follow' && report !== null ? resolve(this.#options.directory, report) : null
  }

  notices(): readonly string[] {
    return this.#held === null ? [] : [this.#held]
  }

  /** Call each minute and when something has changed. Never rejects. */
  async tick(): Promise<void> {
    const { config, directory, register, reload } = this.#options
    if (config.trust.ring === 'canary') await this.#tell()
    const held = heldParent(config, directory, register(), Date.now())
    const isReleased = this.#held !== null && held === null
    this.#held = held
    if (isReleased) reload()
  }

  async #tell(): Promise<void> {
    const { config, directory, register, degraded, lists, log } = this.#options
    const { report } = config.trust
    if (report === null) return
    const path = resolve(directory, report)
    try {
      const alarms = [...(await degraded())]
      const parent = digestOfParent(register())
      writeCanaryReport(path, { parent, alarms, lists: lists() }, Date.now())
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause)
      log.error({ problem }, 'the canary cannot write its report; the other schools wait')
    }
  }
}
