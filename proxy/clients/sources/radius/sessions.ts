import type { MacAddress } from '../../../../rules/identity/mac-address.ts'
import type { Accounting, Place } from './accounting.ts'

/** One that a NAS has told of and not ended, with what it needs to end it. */
export interface RadiusSession {
  /** Unique among all sessions. */
  readonly key: string
  /** Who told of it: the address that packets come from and go to. */
  readonly nas: string
  readonly reporter: string
  readonly id: string
  readonly nasIdentifier: string | null
  readonly nasAddress: string | null
  readonly account: string | null
  readonly mac: MacAddress | null
  readonly callingStation: string | null
  readonly addresses: readonly string[]
  /** Where, in the NAS's words. */
  readonly place: string | null
  /** Epoch ms of gate time. */
  readonly at: number
}

/** More than devices: each is a device's. */
const MAX_SESSIONS = 131_072

/** Updates come every ten minutes where they come; where they never come a day is a school's. */
const MAX_SILENCE_MS = 24 * 3_600_000

/** What one session of one device may be told of. */
const MAX_ADDRESSES = 16

/** The sessions of all access points; the one that has been silent for longest goes first. */
export class RadiusSessions {
  /** In the order in which they were last told of. */
  readonly #all = new Map<string, RadiusSession>()
  /** Each device's newest. */
  readonly #byMac = new Map<MacAddress, string>()
  readonly #max: number

  constructor(max = MAX_SESSIONS) {
    this.#max = max
  }

  get size(): number {
    return this.#all.size
  }

  all(): Iterable<RadiusSession> {
    return this.#all.values()
  }

  has({ key }: RadiusSession): boolean {
    return this.#all.has(key)
  }

  /** Takes in a Start or an interim update. What an earlier one of the session told and this does not say still holds. */
  tell(told: RadiusSession): RadiusSession {
    const known = this.#all.get(told.key)
    const session = known === undefined ? told : updated(known, told)
    this.#all.delete(session.key)
    this.#all.set(session.key, session)
    if (session.mac !== null && !this.#hasLater(session.mac, session))
      this.#byMac.set(session.mac, session.key)
    this.#forgetOld(session.at)
    return session
  }

  #hasLater(mac: MacAddress, { at }: RadiusSession): boolean {
    const newest = this.#all.get(this.#byMac.get(mac) ?? '')
    return newest !== undefined && newest.at > at
  }

  /**
   * Takes in a Stop. Null where the device has another session since: it has roamed, and its last access
   * point tells of it later than the next one.
   */
  end(told: RadiusSession): RadiusSession | null {
    const known = this.#all.get(told.key)
    this.#all.delete(told.key)
    const mac = told.mac ?? known?.mac ?? null
    const newest = mac === null ? undefined : this.#byMac.get(mac)
    if (newest !== undefined && newest !== told.key) return null
    if (mac !== null) this.#byMac.delete(mac)
    const addresses = [...new Set([...told.addresses, ...(known?.addresses ?? [])])]
    return { ...told, mac, addresses, at: Math.max(told.at, known?.at ?? 0) }
  }

  /** The access point was started anew or is going down: all of its sessions are over (RFC 2866 section 5.1). */
  endAllOf(nas: string, reporter: string): readonly RadiusSession[] {
    const over = [...this.#all.values()].filter(
      (session) => session.nas === nas && session.reporter === reporter,
    )
    return over.flatMap((session) => this.end(session) ?? [])
  }

  #forgetOld(now: number): void {
    for (const [key, session] of this.#all) {
      if (this.#all.size <= this.#max && now - session.at <= MAX_SILENCE_MS) return
      this.#all.delete(key)
      if (session.mac !== null && this.#byMac.get(session.mac) === key)
        this.#byMac.delete(session.mac)
    }
  }
}

function updated(known: RadiusSession, told: RadiusSession): RadiusSession {
  const addresses = [...new Set([...told.addresses, ...known.addresses])]
  return {
    ...told,
    account: told.account ?? known.account,
    mac: told.mac ?? known.mac,
    callingStation: told.callingStation ?? known.callingStation,
    place: told.place ?? known.place,
    addresses: addresses.slice(0, MAX_ADDRESSES),
    at: Math.max(told.at, known.at),
  }
}

/** The session that an accounting packet of `nas` is about, as it tells it; `at` is when. */
export function sessionOf(
  told: Accounting,
  { nas, at, placeFrom }: { nas: string; at: number; placeFrom: readonly Place[] },
): RadiusSession {
  const reporter = reporterOf(told, nas)
  const { session, account, mac, callingStation, addresses, nasIdentifier, nasAddress } = told
  const id = session ?? ''
  const key = `${nas}\0${reporter}\0${id}`
  const named = placeFrom.find((from) => told.places[from] !== undefined)
  const place = named === undefined ? null : (told.places[named] ?? null)
  return {
    ...{ key, nas, reporter, id, nasIdentifier, nasAddress },
    ...{ account, mac, callingStation, addresses, place, at },
  }
}

/** What the NAS calls itself, else the address in its packet, else theirs. */
export function reporterOf({ nasIdentifier, nasAddress }: Accounting, nas: string): string {
  return nasIdentifier ?? nasAddress ?? nas
}
