import { randomUUID } from 'node:crypto'
import type { RedisClient } from '../redis/connect.ts'
import {
  CHANGES_SCRIPT,
  countKeys,
  entryKey,
  MAX_AHEAD_MS,
  newsChannel,
  PUT_SCRIPT,
  READ_SCRIPT,
} from './presence-script.ts'
import type { Shared, SharedKind } from './shared-kind.ts'

/** What changed in what the site shares after a number. */
export interface SharedChanges<T> {
  /** Names this count of changes: another one is another Redis, or one that was wiped. */
  readonly epoch: string
  /** The number of the newest change there is. */
  readonly newest: number
  /** Up to which number `entries` goes: what to ask with next. */
  readonly number: number
  readonly entries: readonly T[]
}

export interface RedisSharedOptions<T extends Shared> {
  readonly redis: RedisClient
  readonly site: string
  readonly kind: SharedKind<T>
  /** Hears of what is there and no gate wrote; it is passed over. */
  readonly onForeign: (count: number) => void
}

/**
 * One kind of thing that a site's gates share in Redis, over one connection that its owner opens and ends. Rejects
 * when Redis does not answer.
 */
export class RedisShared<T extends Shared> {
  readonly #options: RedisSharedOptions<T>

  constructor(options: RedisSharedOptions<T>) {
    this.#options = options
  }

  /** Takes those that are later than what is there, and returns them. */
  async put(entries: readonly T[], now: number): Promise<readonly T[]> {
    const taken: T[] = []
    const { page } = this.#options.kind
    const alive = entries.filter(({ expires }) => expires > now)
    for (let from = 0; from < alive.length; from += page)
      taken.push(...(await this.#putPage(alive.slice(from, from + page), now)))
    return taken
  }

  async get(key: string, now: number): Promise<T | null> {
    return (await this.#read([key], now))[0] ?? null
  }

  /** All that stands at `now`, by key. */
  async kept(now: number): Promise<readonly T[]> {
    const { keyOf } = this.#options.kind
    // Later changes of an entry are read later: the last one stands.
    const found = new Map<string, T>()
    for (let after = 0; ;) {
      const { number, newest, entries } = await this.changes(after, now)
      for (const entry of entries) found.set(keyOf(entry), entry)
      if (number >= newest) break
      after = number
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
  }

  /** A page of what changed after the number; there is more while `number` is not the newest. */
  async changes(after: number, now: number): Promise<SharedChanges<T>> {
    const { redis, site, kind, onForeign } = this.#options
    const [state, changes] = countKeys(site, kind.prefix)
    const asked = [after, kind.page, kind.longestKey] as const
    const answer = await redis.eval(CHANGES_SCRIPT, 2, state, changes, ...asked)
    const [epoch, newest, rows] = answer as [string, string, string[]]
    const keys = rows.filter((_, i) => i % 2 === 0)
    const known = keys.filter(kind.isKey)
    if (known.length < keys.length) onForeign(keys.length - known.length)
    const entries = await this.#read(known, now)
    const isAll = keys.length < kind.page
    return { epoch, newest: Number(newest), number: Number(isAll ? newest : rows.at(-1)), entries }
  }

  async #putPage(page: readonly T[], now: number): Promise<readonly T[]> {
    const { redis, site, kind, onForeign } = this.#options
    const { prefix, keyOf, fieldsOf } = kind
    const hashes = page.map((entry) => entryKey(site, prefix, keyOf(entry)))
    const rows = page.map((entry) => [keyOf(entry), entry.at, entry.expires, fieldsOf(entry)])
    const answers = await redis.eval(
      PUT_SCRIPT,
      3 + hashes.length,
      ...countKeys(site, prefix),
      ...hashes,
      randomUUID(),
      now,
      newsChannel(site, prefix),
      JSON.stringify(kind.fields),
      JSON.stringify(rows),
    )
    const outcomes = answers as number[]
    const inTheWay = outcomes.filter((one) => one < 0).length
    if (inTheWay > 0) onForeign(inTheWay)
    return page.filter((_, i) => outcomes[i] === 1)
  }

  async #read(keys: readonly string[], now: number): Promise<readonly T[]> {
    if (keys.length === 0) return []
    const { redis, site, kind } = this.#options
    const hashes = keys.map((key) => entryKey(site, kind.prefix, key))
    const asked = [kind.longestField, ...kind.fields]
    const answer = await redis.eval(READ_SCRIPT, hashes.length, ...hashes, ...asked)
    const values = answer as ('foreign' | (string | null)[])[]
    const entries = keys.flatMap((key, i) => this.#entryOf(key, values[i] ?? [], now))
    return entries.filter(({ expires }) => expires > now)
  }

  #entryOf(key: string, values: 'foreign' | readonly (string | null)[], now: number): readonly T[] {
    // It expired between the two questions.
    if (values !== 'foreign' && values.every((value) => value === null)) return []
    const entry = values === 'foreign' ? null : this.#options.kind.entryFrom(key, values)
    if (entry !== null && entry.at <= now + MAX_AHEAD_MS) return [entry]
    this.#options.onForeign(1)
    return []
  }
}
