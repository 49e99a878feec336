import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import type { RedisClient } from '../redis/connect.ts'
import { entryFrom, fieldsOf, MAX_FIELD_OCTETS, PRESENCE_FIELDS } from './presence-fields.ts'
import {
  addressKey,
  CHANGES_SCRIPT,
  MAX_AHEAD_MS,
  newsChannel,
  presenceKeys,
  PUT_SCRIPT,
  READ_SCRIPT,
} from './presence-script.ts'
import type { PresenceEntry, PresenceStore } from './presence-store.ts'

/** Addresses in one command: some 100 KB, under 10 ms of Redis' time, so that the site's other clients don't wait. */
const PAGE = 200

/** An IPv6 address with a zone is shorter. */
const MAX_ADDRESS_LETTERS = 64

/** What changed in the site's presence after a number. */
export interface PresenceChanges {
  /** Names this count of changes: another one is another Redis, or one that was wiped. */
  readonly epoch: string
  /** The number of the newest change there is. */
  readonly newest: number
  /** Up to which number `entries` goes: what to ask with next. */
  readonly number: number
  readonly entries: readonly PresenceEntry[]
}

/** A site's presence in Redis, over one connection that its owner opens and ends. Rejects when Redis does not answer. */
export class RedisPresence implements PresenceStore {
  readonly #redis: RedisClient
  readonly #site: string
  readonly #onForeign: (count: number) => void

  /** `onForeign` hears of what is there and no gate wrote; it is passed over. */
  constructor(redis: RedisClient, site: string, onForeign: (count: number) => void) {
    this.#redis = redis
    this.#site = site
    this.#onForeign = onForeign
  }

  async put(entries: readonly PresenceEntry[], now: number): Promise<readonly PresenceEntry[]> {
    const taken: PresenceEntry[] = []
    for (const page of pagesOf(entries.filter(({ expires }) => expires > now)))
      taken.push(...(await this.#putPage(page, now)))
    return taken
  }

  async get(address: string, now: number): Promise<PresenceEntry | null> {
    return (await this.#read([address], now))[0] ?? null
  }

  async all(now: number): Promise<readonly PresenceEntry[]> {
    return (await this.kept(now)).filter(({ binding }) => binding !== null)
  }

  async kept(now: number): Promise<readonly PresenceEntry[]> {
    // Later changes of an address are read later: the last one stands.
    const found = new Map<string, PresenceEntry>()
    for (let after = 0; ;) {
      const { number, newest, entries } = await this.changes(after, now)
      for (const entry of entries) found.set(entry.address, entry)
      if (number >= newest) break
      after = number
    }
    return [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1))
  }

  /** A page of what changed after the number; there is more while `number` is not the newest. */
  async changes(after: number, now: number): Promise<PresenceChanges> {
    const [state, changes] = presenceKeys(this.#site)
    const asked = [after, PAGE, MAX_ADDRESS_LETTERS] as const
    const answer = await this.#redis.eval(CHANGES_SCRIPT, 2, state, changes, ...asked)
    const [epoch, newest, rows] = answer as [string, string, string[]]
    const addresses = rows.filter((_, i) => i % 2 === 0)
    const known = addresses.filter((address) => isIP(address) !== 0)
    if (known.length < addresses.length) this.#onForeign(addresses.length - known.length)
    const entries = await this.#read(known, now)
    const isAll = addresses.length < PAGE
    return { epoch, newest: Number(newest), number: Number(isAll ? newest : rows.at(-1)), entries }
  }

  async #putPage(page: readonly PresenceEntry[], now: number): Promise<readonly PresenceEntry[]> {
    const hashes = page.map(({ address }) => addressKey(this.#site, address))
    const rows = page.map((entry) => [entry.address, entry.at, entry.expires, fieldsOf(entry)])
    const answers = await this.#redis.eval(
      PUT_SCRIPT,
      3 + hashes.length,
      ...presenceKeys(this.#site),
      ...hashes,
      randomUUID(),
      now,
      newsChannel(this.#site),
      FIELD_NAMES,
      JSON.stringify(rows),
    )
    const outcomes = answers as number[]
    const inTheWay = outcomes.filter((one) => one < 0).length
    if (inTheWay > 0) this.#onForeign(inTheWay)
    return page.filter((_, i) => outcomes[i] === 1)
  }

  async #read(addresses: readonly string[], now: number): Promise<readonly PresenceEntry[]> {
    if (addresses.length === 0) return []
    const hashes = addresses.map((address) => addressKey(this.#site, address))
    const asked = [MAX_FIELD_OCTETS, ...PRESENCE_FIELDS]
    const answer = await this.#redis.eval(READ_SCRIPT, hashes.length, ...hashes, ...asked)
    const values = answer as ('foreign' | (string | null)[])[]
    const entries = addresses.flatMap((address, i) => this.#entryOf(address, values[i] ?? [], now))
    return entries.filter(({ expires }) => expires > now)
  }

  #entryOf(
    address: string,
    values: 'foreign' | readonly (string | null)[],
    now: number,
  ): readonly PresenceEntry[] {
    // It expired between the two questions.
    if (values !== 'foreign' && values.every((value) => value === null)) return []
    const entry = values === 'foreign' ? null : entryFrom(address, values)
    if (entry !== null && entry.at <= now + MAX_AHEAD_MS) return [entry]
    this.#onForeign(1)
    return []
  }
}

const FIELD_NAMES = JSON.stringify(PRESENCE_FIELDS)

function* pagesOf(entries: readonly PresenceEntry[]): Generator<readonly PresenceEntry[]> {
  for (let from = 0; from < entries.length; from += PAGE) yield entries.slice(from, from + PAGE)
}
