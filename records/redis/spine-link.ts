import type { ChainableCommander } from 'ioredis'
import { GENESIS_HASH, type StoredEntry } from '../ledger/chain.ts'
import type { PersonRow } from '../people/people.ts'
import type { RedisClient } from './connect.ts'
import { readServerHealth, type ServerHealth } from './server-health.ts'
import { APPEND_SCRIPT, documentsKey, ledgerKey, peopleKey } from './spine-script.ts'

/** The head of the ledger in Redis; `generation` counts the branches that gave way. */
export interface Place {
  readonly generation: number
  readonly seq: number
  readonly hash: string
}

/** What lies beside entries and has to be there before them. */
export interface Beside {
  readonly documents: readonly (readonly [hash: string, text: string])[]
  /** Null for a person whose name is erased. */
  readonly people: readonly (readonly [ref: string, row: PersonRow | null])[]
}

export const NOTHING_BESIDE: Beside = { documents: [], people: [] }

/** Rows that arrive or leave in one piece: some MB, and some 20 ms of Redis' time. */
export const PAGE_ROWS = 500

const NOWHERE: Place = { generation: 0, seq: 0, hash: GENESIS_HASH }

/** A replica on the same network confirms within a millisecond; one that does not in this time is gone. */
const CONFIRM_MS = 1_000

/** A site's ledger in Redis over one connection. Every call rejects when Redis does not answer or refuses. */
export class SpineLink {
  readonly #redis: RedisClient
  readonly #site: string
  #replicas = 0

  constructor(redis: RedisClient, site: string) {
    this.#redis = redis
    this.#site = site
  }

  async tail(): Promise<Place> {
    const [last] = await this.#redis.xrevrange(ledgerKey(this.#site), '+', '-', 'COUNT', 1)
    if (last === undefined) return NOWHERE
    const [id, fields] = last
    const { seq, hash } = rowOf(id, fields)
    return { generation: Number(id.split('-')[0]), seq, hash }
  }

  /** How fit the server is; its replicas are those that `append` waits for from then on. */
  async health(): Promise<ServerHealth> {
    // The key leads a cluster's client to the node that has the ledger.
    const asked = this.#redis.pipeline().hget(documentsKey(this.#site), '').info()
    const health = readServerHealth(String((await answersOf(asked))[1]))
    this.#replicas = health.replicas
    return health
  }

  /**
   * Appends `rows` when `seen` is still the hash of the head. `rewind` lets them begin before the head:
   * what they replace stays in the stream, and is no longer part of the chain.
   */
  async append(
    seen: string,
    rows: readonly StoredEntry[],
    beside: Beside,
    mode: 'append' | 'rewind' = 'append',
  ): Promise<{ readonly taken: boolean; readonly confirmed: boolean; readonly place: Place }> {
    const site = this.#site
    const asked = this.#redis
      .pipeline()
      .eval(
        APPEND_SCRIPT,
        3,
        ledgerKey(site),
        documentsKey(site),
        peopleKey(site),
        seen,
        JSON.stringify(rows.map(({ seq, body, hash }) => [seq, body, hash])),
        JSON.stringify(beside.documents),
        JSON.stringify(beside.people.map(([ref, row]) => [ref, row && JSON.stringify(row)])),
        mode,
      )
    // Of the copies half: with the primary they are more than half of all who have it.
    const wanted = Math.ceil(this.#replicas / 2)
    if (wanted > 0) asked.wait(wanted, CONFIRM_MS)
    const [answer, copies] = await answersOf(asked)
    const [taken, generation, seq, hash] = answer as [number, number, number, string]
    const confirmed = wanted === 0 || Number(copies) >= wanted
    return { taken: taken === 1, confirmed, place: { generation, seq, hash } }
  }

  /** The hash of an entry of the chain that ends at `tail`; undefined where it has none. */
  async hashAt(seq: number, tail: Place): Promise<string | undefined> {
    for (const part of await this.#parts(tail)) {
      if (seq < part.from || seq > part.to) continue
      return (await this.#range(part.generation, seq, seq, 1))[0]?.hash
    }
    return undefined
  }

  /** The rows behind `after` of the chain that ends at `tail`, unchecked, a page at a time. */
  async *pages(after: number, tail: Place): AsyncGenerator<readonly StoredEntry[]> {
    for (const { generation, from, to } of await this.#parts(tail)) {
      for (let next = Math.max(from, after + 1); next <= to;) {
        const page = await this.#range(generation, next, to, PAGE_ROWS)
        const last = page.at(-1)
        if (last === undefined) return
        yield page
        next = last.seq + 1
      }
    }
  }

  async documents(hashes: readonly string[]): Promise<readonly (string | null)[]> {
    if (hashes.length === 0) return []
    return this.#redis.hmget(documentsKey(this.#site), ...hashes)
  }

  /** The rows that name these people; null for one who was erased, or whose row is none. */
  async people(refs: readonly string[]): Promise<readonly (PersonRow | null)[]> {
    if (refs.length === 0) return []
    return (await this.#redis.hmget(peopleKey(this.#site), ...refs)).map(readPerson)
  }

  /**
   * Which generation holds which part of the chain, first part first: the last one from where it begins,
   * the one before it up to there, and so on.
   */
  async #parts(
    tail: Place,
  ): Promise<
    readonly { readonly generation: number; readonly from: number; readonly to: number }[]
  > {
    if (tail.seq === 0) return []
    const parts = []
    let to = tail.seq
    for (let generation = tail.generation; generation >= 0 && to > 0; generation -= 1) {
      const [first] = await this.#range(generation, 1, to, 1)
      if (first === undefined) continue
      parts.unshift({ generation, from: first.seq, to })
      to = first.seq - 1
    }
    return parts
  }

  async #range(
    generation: number,
    from: number,
    to: number,
    limit: number,
  ): Promise<readonly StoredEntry[]> {
    const ids = [`${generation}-${from}`, `${generation}-${to}`] as const
    const entries = await this.#redis.xrange(ledgerKey(this.#site), ...ids, 'COUNT', limit)
    return entries.map(([id, fields]) => rowOf(id, fields))
  }
}

/** Stays what it says: `linkEntry` decides whether it is an entry. */
function rowOf(id: string, fields: readonly string[] | null): StoredEntry {
  return { seq: Number(id.split('-')[1]), body: fields?.[1] ?? '', hash: fields?.[3] ?? '' }
}

function readPerson(text: string | null): PersonRow | null {
  if (text === null) return null
  try {
    const { name, email, salt } = JSON.parse(text) as Partial<PersonRow>
    const isRow = typeof name === 'string' && typeof salt === 'string'
    return isRow ? { name, email: typeof email === 'string' ? email : null, salt } : null
  } catch {
    return null
  }
}

/** A pipeline's answers; rejects with the first error. */
async function answersOf(asked: ChainableCommander): Promise<readonly unknown[]> {
  const answers = (await asked.exec()) ?? []
  return answers.map(([error, answer]) => {
    if (error !== null) throw error
    return answer
  })
}
