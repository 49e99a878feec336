import { JOURNAL_COLUMNS } from '../journal/journal-schema.ts'
import type { JournalRow } from '../journal/journal-store.ts'
import {
  connectRedis,
  endRedis,
  makeRedisClient,
  readRedisAddress,
  type RedisClient,
} from '../redis/connect.ts'
import { backoffMs } from './backoff.ts'
import { ADOPT_SCRIPT, SHIP_SCRIPT, shippedKey, streamKey } from './ship-script.ts'

/** The journal as the shipper reads it. */
export interface ShipSource {
  readonly journalId: string
  readonly headSeq: number
  /** All that is kept after `seq`, up to the limit: what the retention has purged leaves no row. */
  rowsAfter(seq: number, limit: number): readonly JournalRow[]
}

export interface ShipperOptions {
  /** What `readRedisAddress` reads. */
  readonly url: string
  readonly site: string
  readonly gate: string
  readonly source: ShipSource
  /** Called with how many entries the stream took. */
  readonly onShipped: (entries: number) => void
}

export interface ShipperState {
  /** Connected, and agreed on where to go on. */
  readonly isUp: boolean
  /** Why not, in Redis' or the network's words; null while up. */
  readonly error: string | null
  /** The stream has what the journal keeps, up to this number. */
  readonly shippedSeq: number
}

/** One batch: some 100 KB, under 10 ms of Redis' time, so that the site's other clients don't wait. */
const BATCH_ENTRIES = 200
/** Batches under way at once; more would only wait in Redis' input buffer. */
const PIPELINED_BATCHES = 4

/** With nothing to ship, how often to look whether Redis lives and still has our number. */
const HEARTBEAT_MS = 2_000

/**
 * Copies the journal into the site's Redis Stream, in order, from wherever Redis says it stands. Reads
 * from SQLite only, so nothing waits for it and it holds nothing that could be lost: down, slow, hung,
 * full, read-only and wiped are all "try again later from the number Redis has".
 */
export class RedisShipper {
  readonly #options: ShipperOptions
  #redis: RedisClient | null = null
  #isUp = false
  #error: string | null = 'not connected yet'
  /** What the connection itself said of its end. */
  #cause: string | null = null
  #shippedSeq = 0
  #mayAdopt = true
  #failures = 0
  #stopping = false
  /** The stop's grace has passed. */
  #isLate = false
  #wakeUp: (() => void) | null = null
  #ended: Promise<void> = Promise.resolve()

  constructor(options: ShipperOptions) {
    this.#options = options
  }

  start(): void {
    this.#ended = this.#run()
  }

  get state(): ShipperState {
    return { isUp: this.#isUp, error: this.#error, shippedSeq: this.#shippedSeq }
  }

  /** There are new entries. Costs nothing while a batch is under way. */
  wake(): void {
    if (this.#isUp) this.#wakeUp?.()
  }

  /** Ships what is left for at most `graceMs`, then lets go; what remains is shipped at the next start. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    this.#wakeUp?.()
    const timer = setTimeout(() => {
      this.#isLate = true
      this.#disconnect()
    }, graceMs)
    await this.#ended
    clearTimeout(timer)
  }

  async #run(): Promise<void> {
    for (;;) {
      let wasUp: boolean
      try {
        await this.#session()
        return
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        this.#error = this.#cause ?? words
      } finally {
        wasUp = this.#isUp
        this.#isUp = false
        this.#disconnect()
      }
      if (this.#stopping) {
        // A connection that was lost unseen while nothing was sent: Redis may well be there.
        if (wasUp && !this.#isLate) continue
        return
      }
      await this.#pause(backoffMs(this.#failures, Math.random()))
      this.#failures += 1
    }
  }

  /** One connection's life: returns when asked to stop and all is shipped, throws when Redis fails. */
  async #session(): Promise<void> {
    const redis = this.#connect()
    await connectRedis(redis)
    await this.#agree(redis)
    for (;;) {
      await this.#shipAll(redis)
      if (this.#stopping) return
      const isNews = await this.#pause(HEARTBEAT_MS)
      if (redis.status === 'end') throw new Error('the connection was closed')
      if (!isNews) await this.#agree(redis)
    }
  }

  #connect(): RedisClient {
    const address = readRedisAddress(this.#options.url)
    if (typeof address === 'string') throw new Error(`\`records.redis\` ${address}`)
    const redis = makeRedisClient(address, { name: `schoolgate-${this.#options.gate}` })
    this.#cause = null
    // The command that fails with the connection says only that it is closed; this says why.
    redis.on('error', (error: Error) => {
      this.#cause = error.message
    })
    // Also while nothing is sent: `schoolgate_redis_up` says so at once.
    redis.on('end', () => {
      if (this.#redis === redis) this.#wakeUp?.()
    })
    this.#redis = redis
    return redis
  }

  #disconnect(): void {
    if (this.#redis !== null) endRedis(this.#redis)
    this.#redis = null
  }

  /** Reads where Redis stands; a journal that Redis does not know begins at 0. */
  async #agree(redis: RedisClient): Promise<void> {
    const { site, gate, source } = this.#options
    const [number, owner] = await redis.hmget(shippedKey(site), gate, `${gate}#journal`)
    const last = Number(number ?? 0)
    const isStrange = owner !== null && owner !== undefined && owner !== source.journalId
    if (isStrange && !this.#mayAdopt)
      throw new Error('another journal ships under this gate name: give each gate its own')
    // A number beyond our newest entry: this journal was restored from an older copy.
    if (isStrange || last > source.headSeq) {
      await redis.eval(ADOPT_SCRIPT, 1, shippedKey(site), gate, source.journalId)
      this.#shippedSeq = 0
    } else this.#shippedSeq = last
    // Once a run: two gates with one name would otherwise undo each other's numbers for ever.
    this.#mayAdopt = false
    this.#isUp = true
    this.#error = null
    this.#failures = 0
  }

  async #shipAll(redis: RedisClient): Promise<void> {
    while (this.#shippedSeq < this.#options.source.headSeq) {
      const { headSeq } = this.#options.source
      const answers = await Promise.all(this.#send(redis))
      // All that was to ship has been purged: asking on for it would never end.
      if (answers.length === 0) this.#shippedSeq = headSeq
      for (const [, appended] of answers) if (appended > 0) this.#options.onShipped(appended)
      // The last answer is the newest; after a refused gap all of them say where to go on.
      this.#shippedSeq = answers.at(-1)?.[0] ?? this.#shippedSeq
    }
  }

  /** Sends the next few batches without waiting for the answers in between. */
  #send(redis: RedisClient): Promise<Answer>[] {
    const { site, gate, source } = this.#options
    const answers: Promise<Answer>[] = []
    let from = this.#shippedSeq
    while (answers.length < PIPELINED_BATCHES) {
      const rows = source.rowsAfter(from, BATCH_ENTRIES)
      if (rows.length === 0) break
      const entries = JSON.stringify(rows.map(fieldValues))
      const keys = [streamKey(site), shippedKey(site)] as const
      const args = [gate, source.journalId, FIELD_NAMES, entries, from] as const
      answers.push(redis.eval(SHIP_SCRIPT, 2, ...keys, ...args) as Promise<Answer>)
      from = Number(rows.at(-1)?.[0])
    }
    return answers
  }

  /** Waits; true when `wake` or `stop` ended the wait. */
  #pause(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isNews: boolean): void => {
        clearTimeout(timer)
        this.#wakeUp = null
        resolve(isNews)
      }
      const timer = setTimeout(() => {
        end(false)
      }, ms)
      this.#wakeUp = () => {
        end(true)
      }
      // Entries that came while the last batch was under way woke nobody.
      if (this.#isUp && this.#shippedSeq < this.#options.source.headSeq) end(true)
    })
  }
}

type Answer = readonly [last: number, appended: number]

const FIELD_NAMES = JSON.stringify(JOURNAL_COLUMNS)
const OPTIONAL = new Set<string>(['url_path', 'search_term'])

/** Flat strings. Fields that every entry has are `''` where unknown; those rarely visible are left out. */
function fieldValues(row: JournalRow): readonly (string | null)[] {
  return row.map((value, column) => {
    if (value !== null) return String(value)
    return OPTIONAL.has(JOURNAL_COLUMNS[column] ?? '') ? null : ''
  })
}
