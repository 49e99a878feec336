import { backoffMs } from '../shipping/backoff.ts'
import { aclRules } from '../redis/acl-commands.ts'
import {
  connectRedis,
  endRedis,
  makeRedisClient,
  type RedisAddress,
  type RedisClient,
} from '../redis/connect.ts'
import { newsChannel } from './presence-script.ts'
import { RedisShared } from './redis-shared.ts'
import type { Shared, SharedKind } from './shared-kind.ts'

export interface SiteSharedOptions<T extends Shared> {
  /** What is shared. */
  readonly kind: SharedKind<T>
  readonly address: RedisAddress
  readonly site: string
  readonly gate: string
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** All that this node knows: what a Redis that is new, wiped or back again has to hear of. */
  readonly kept: () => Promise<readonly T[]>
  /** What the site knows; this gate's own entries are among it. */
  readonly onEntries: (entries: readonly T[]) => Promise<void>
  readonly log: { warn(details: object, message: string): void }
}

/** Outcomes of what was sent and read, for the gate's figures. */
export interface SharedCounts {
  /** Entries that Redis took. */
  readonly sent: number
  /** Entries that came too late: Redis has a later one, which this gate hears of. */
  readonly late: number
  readonly received: number
  /** What is in what the site shares and no gate wrote. */
  readonly foreign: number
}

/** Beside the news, so that one that was lost costs half a second, and a wiped Redis is noticed. */
const LOOK_MS = 500

/** News, and what this gate has to tell, are gathered for this long. */
const GATHER_MS = 50

/** More than any site has addresses: beyond it all is sent anew, from what is kept. */
const MAX_WAITING = 200_000

/**
 * What the site shares over Redis, beside the node's own store, which is all that is decided by: what this gate
 * notes is sent, what others note is told. A Redis that fails in whatever way costs the hearing alone; when it is
 * back, each side gets what it lacks.
 */
export class SiteShared<T extends Shared> {
  readonly #options: SiteSharedOptions<T>
  readonly #counts = { sent: 0, late: 0, received: 0, foreign: 0 }
  readonly #waiting = new Map<string, T>()
  #isUp = false
  #error: string | null = 'not connected yet'
  #said: string | null = null
  #clients: RedisClient[] = []
  /** Which count of changes this gate has heard, and how far. */
  #heard: Counted | null = null
  #hasNews = false
  #failures = 0
  #stopping = false
  #wakeUp: (() => void) | null = null
  #ended: Promise<void> = Promise.resolve()

  constructor(options: SiteSharedOptions<T>) {
    this.#options = options
  }

  start(): void {
    this.#ended = this.#run()
  }

  /** Ends at once: what is not sent yet is in this node's store, and sent at the next start. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wakeUp?.()
    this.#disconnect()
    await this.#ended
  }

  /** Connected and of one mind; else why not. */
  get state(): { readonly isUp: boolean; readonly error: string | null } {
    return { isUp: this.#isUp, error: this.#error }
  }

  counts(): SharedCounts {
    return { ...this.#counts }
  }

  /** Tells the site; costs nothing while Redis is away, because all is told when it is back. */
  send(entries: readonly T[]): void {
    if (this.#heard === null) return
    for (const entry of entries) {
      const key = this.#options.kind.keyOf(entry)
      const before = this.#waiting.get(key)
      if (before === undefined || before.at < entry.at) this.#waiting.set(key, entry)
    }
    if (this.#waiting.size > MAX_WAITING) {
      this.#waiting.clear()
      this.#heard = null
    }
    this.#wakeUp?.()
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#session()
      } catch (error) {
        this.#say(error)
      } finally {
        this.#isUp = false
        this.#heard = null
        this.#waiting.clear()
        this.#disconnect()
      }
      await this.#pause(backoffMs(this.#failures, Math.random()))
      this.#failures += 1
    }
  }

  /** One connection's life; ends only by throwing, or when asked to. */
  async #session(): Promise<void> {
    const { site, gate, kind } = this.#options
    const name = `schoolgate-${gate}-${kind.prefix.replace(':', '')}`
    const commands = await this.#connect(name)
    const news = await this.#connect(`${name}-news`)
    news.on('message', () => {
      // What it says is not read: Redis itself is asked what is new.
      this.#hasNews = true
      this.#wakeUp?.()
    })
    await news.subscribe(newsChannel(site, kind.prefix))
    const onForeign = (count: number): void => {
      this.#counts.foreign += count
    }
    const store = new RedisShared({ redis: commands, site, kind, onForeign })
    while (!this.#stopping) {
      this.#hasNews = false
      await this.#listen(store)
      const refusal = await this.#tell(store)
      this.#isUp = refusal === null
      if (refusal === null) this.#error = this.#said = null
      else this.#say(refusal)
      this.#failures = 0
      if (refusal !== null) await this.#sleep(LOOK_MS)
      else if (this.#isMore()) await this.#sleep(GATHER_MS)
      else await this.#untilNews()
      if ([commands, news].some(({ status }) => status === 'end'))
        throw new Error('the connection was closed')
    }
  }

  /** Something came while Redis was asked. */
  #isMore(): boolean {
    return this.#hasNews || this.#waiting.size > 0
  }

  /**
   * Reads what is new; all of it where this is another Redis than before, or one that was wiped or fell back,
   * and then tells it what it lacks: the site's ends are known here before anything of before is sent again.
   */
  async #listen(store: RedisShared<T>): Promise<void> {
    let heard = this.#heard
    const toldAt = new Map<string, number>()
    for (let after = heard?.number ?? 0; ;) {
      const page = await store.changes(after, this.#options.clock())
      if (heard !== null && !isSameCount(heard, page)) {
        heard = null
        after = 0
        continue
      }
      this.#counts.received += page.entries.length
      for (const entry of page.entries) toldAt.set(this.#options.kind.keyOf(entry), entry.at)
      await this.#options.onEntries(page.entries)
      after = page.number
      if (after < page.newest) continue
      this.#heard = { epoch: page.epoch, number: after }
      if (heard === null) await this.#tellWhatLacks(toldAt)
      return
    }
  }

  async #tellWhatLacks(toldAt: ReadonlyMap<string, number>): Promise<void> {
    const { kept, kind } = this.#options
    const all = await kept()
    this.send(all.filter((entry) => entry.at > (toldAt.get(kind.keyOf(entry)) ?? 0)))
  }

  /** Sends what waits. The error with which Redis refused it, which waits on; rejects where Redis is gone. */
  async #tell(store: RedisShared<T>): Promise<Error | null> {
    if (this.#waiting.size === 0) return null
    const entries = [...this.#waiting.values()]
    const now = this.#options.clock()
    try {
      const taken = await store.put(entries, now)
      for (const entry of entries) this.#sent(entry)
      this.#counts.sent += taken.length
      this.#counts.late += entries.length - taken.length
      return null
    } catch (error) {
      if (isRefusal(error)) return error
      throw error
    }
  }

  /** What came meanwhile stays. */
  #sent(entry: T): void {
    const key = this.#options.kind.keyOf(entry)
    if (this.#waiting.get(key) === entry) this.#waiting.delete(key)
  }

  async #connect(name: string): Promise<RedisClient> {
    const client = makeRedisClient(this.#options.address, { name })
    this.#clients.push(client)
    client.on('end', () => this.#wakeUp?.())
    await connectRedis(client)
    return client
  }

  #disconnect(): void {
    for (const client of this.#clients.splice(0)) endRedis(client)
  }

  /** Once for each reason: a Redis that stays away is no news. */
  #say(error: unknown): void {
    const words = error instanceof Error ? error.message : String(error)
    const { site, log, kind } = this.#options
    this.#error = words.includes('NOPERM')
      ? `${words}; the user needs \`ACL SETUSER name ${aclRules(site).join(' ')}\``
      : words
    if (this.#said !== this.#error && !this.#stopping)
      log.warn({ problem: this.#error }, `not shared with the site: ${kind.prefix.slice(0, -1)}`)
    this.#said = this.#error
  }

  async #untilNews(): Promise<void> {
    const isWoken = await this.#pause(LOOK_MS)
    // The first of many: the others come with it.
    if (isWoken && !this.#stopping) await this.#sleep(GATHER_MS)
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms))
  }

  /** Waits; true when something ended the wait. */
  #pause(ms: number): Promise<boolean> {
    if (this.#stopping) return Promise.resolve(true)
    return new Promise((resolve) => {
      const end = (isWoken: boolean): void => {
        clearTimeout(timer)
        this.#wakeUp = null
        resolve(isWoken)
      }
      const timer = setTimeout(() => {
        end(false)
      }, ms)
      this.#wakeUp = () => {
        end(true)
      }
    })
  }
}

interface Counted {
  readonly epoch: string
  readonly number: number
}

/** An empty Redis names no count yet; the first who writes does. */
function isSameCount(
  heard: Counted,
  page: { readonly epoch: string; readonly newest: number },
): boolean {
  return (heard.epoch === '' || heard.epoch === page.epoch) && page.newest >= heard.number
}

/** Redis answered, and said no: full, its disk. A replica is left, because the primary is elsewhere. */
function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return false
  return !error.message.startsWith('READONLY') && !error.message.includes('CLUSTERDOWN')
}
