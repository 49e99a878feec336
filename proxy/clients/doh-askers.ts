import type { DohAsker } from '../dns/doh/doh-server.ts'
import type { Subject } from '../plane.ts'
import { TokenReader } from './token-table.ts'
import { tokenSource } from './token-source.ts'
import { OFF_SITE_ZONE, plainAddress, UNKNOWN_ZONE } from './zone-map.ts'

/** Ten times within the life of such evidence (`rules/identity/evidence-life.ts`). */
const TELL_AGAIN_MS = 60_000
/** Devices at addresses; beyond it all are told again. */
const MAX_TOLD = 65_536

/** A device that named itself by its token from an address of the school's network. */
export interface SeenByToken {
  readonly device: string
  readonly address: string
}

export interface DohAskersParts {
  readonly tokens: SharedArrayBuffer
  readonly subjectAt: (source: string) => Subject
  /** Gate time, epoch ms. */
  readonly now: () => number
  readonly onSeen: (seen: SeenByToken) => void
}

/** Who asks over HTTPS: whoever is at the address, or the device whose token is in the path. */
export class DohAskers {
  readonly #parts: DohAskersParts
  readonly #tokens: TokenReader
  #told = new Map<string, number>()

  constructor(parts: DohAskersParts) {
    this.#parts = parts
    this.#tokens = new TokenReader(parts.tokens)
  }

  /** Looked up for each query: one that was revoked is refused from the next one on, on open connections too. */
  of(address: string, token: string | null): DohAsker {
    if (token === null) return { kind: 'known', source: address }
    const found = this.#tokens.find(token)
    if (found.kind !== 'live') return found
    const source = tokenSource(address, found.device)
    this.#tell(source, address)
    return { kind: 'known', source }
  }

  /** Inside the school it is evidence of who is at the address; a household's address is nobody's. */
  #tell(source: string, address: string): void {
    const { subjectAt, now, onSeen } = this.#parts
    const at = now()
    const last = this.#told.get(source)
    if (last !== undefined && last <= at && at - last < TELL_AGAIN_MS) return
    if (this.#told.size >= MAX_TOLD) this.#told = new Map()
    this.#told.set(source, at)
    const { deviceId: device, zone } = subjectAt(source)
    if (device === null || zone === OFF_SITE_ZONE || zone === UNKNOWN_ZONE) return
    onSeen({ device, address: plainAddress(address) })
  }
}
