import {
  erasedBy,
  type LedgerWriter,
  type WriteOptions,
  type Written,
} from '../ledger/ledger-writer.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { sha256 } from '../ledger/chain.ts'
import type { Head, LedgerCommand } from '../ledger/entry.ts'
import { backoffMs } from '../shipping/backoff.ts'
import { aclRules } from './acl-commands.ts'
import {
  connectRedis,
  endRedis,
  makeRedisClient,
  type RedisAddress,
  type RedisClient,
} from './connect.ts'
import { Mirror, MirrorMoved } from './mirror.ts'
import { reconcile } from './reconcile.ts'
import { recoveredCommands } from './recover.ts'
import { NOTHING_BESIDE, SpineLink, type Beside, type Place } from './spine-link.ts'
import { ledgerKey } from './spine-script.ts'
import { isUrgentTightening } from './tightening.ts'

export interface SpineOptions {
  readonly address: RedisAddress
  readonly site: string
  readonly gate: string
  /** This node's own copy. */
  readonly ledger: Ledger
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** Something that a person has to hear of, once each time it happens. */
  readonly onAlarm: (sentence: string) => void
}

export interface SpineState {
  /** Connected and of one mind with Redis. */
  readonly isUp: boolean
  /** Why not; null while up. */
  readonly error: string | null
  /** A sentence for `degraded`: the server is unfit, or holds what does not verify. */
  readonly alarm: string | null
}

/** The follower asks again after this long, so that a wiped Redis is noticed without a new entry. */
const BLOCK_MS = 1_000
const BLOCKED_TIMEOUT_MS = 3_000

/** A third of a minute of tries: another node was quicker each time. */
const MAX_ATTEMPTS = 20

/** Entries of a lost branch that come back in one append. */
const RECOVER_AT_ONCE = 200

/**
 * The site's ledger over Redis: every change passes the head check there and is then in this node's own
 * copy, which is all that the gate reads. With Redis down the copy serves, and takes only what must not
 * wait (`isUrgentTightening`); what it took reaches Redis when that is back.
 */
export class LedgerSpine implements LedgerWriter {
  readonly #options: SpineOptions
  readonly #mirror: Mirror
  #link: SpineLink | null = null
  #clients: RedisClient[] = []
  #place: Place | null = null
  #error: string | null = 'not connected yet'
  #unfit: string | null = null
  #fault: string | null = null
  #failures = 0
  #stopping = false
  #wakeUp: (() => void) | null = null
  #onEntries: ((head: Head) => void) | null = null
  #told: string
  /** One at a time: what reads the head and what moves it. */
  #turn: Promise<unknown> = Promise.resolve()
  #ended: Promise<void> = Promise.resolve()

  constructor(options: SpineOptions) {
    this.#options = options
    this.#mirror = new Mirror(options.ledger)
    this.#told = options.ledger.head().hash
  }

  /** This node's copy's: what the next change has to be based on. */
  head(): Head {
    return this.#options.ledger.head()
  }

  get state(): SpineState {
    const alarms = [this.#fault, this.#unfit].filter((alarm) => alarm !== null)
    const isUp = this.#link !== null
    return { isUp, error: this.#error, alarm: alarms.length === 0 ? null : alarms.join('; ') }
  }

  /**
   * Connects, comes to one mind with Redis and stays so until `stop`. `onEntries` hears of every new
   * head of this node's copy, whoever appended, and also when a branch was exchanged. Resolves after
   * the first try, well or not.
   */
  follow(onEntries: (head: Head) => void): Promise<void> {
    this.#onEntries = onEntries
    this.#stopping = false
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#ended = this.#run(() => {
      resolve(undefined)
    })
    return promise
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#wakeUp?.()
    this.#disconnect()
    await this.#ended
    await this.#turn
  }

  /** Appends all commands or none; an urgent tightening succeeds with Redis down, too. */
  append(commands: readonly LedgerCommand[], options: WriteOptions): Promise<Written> {
    return this.#alone(async () => {
      const appended = await this.#append(commands, options)
      this.#tell()
      return appended
    })
  }

  /** Looks at once whether the node and Redis are of one mind; false while Redis does not serve. */
  reconcile(): Promise<boolean> {
    return this.#alone(async () => {
      if (this.#link === null) return false
      try {
        await this.#settle(this.#link)
        return this.#fault === null
      } catch (error) {
        this.#lose(error)
        return false
      } finally {
        this.#tell()
      }
    })
  }

  async #append(commands: readonly LedgerCommand[], options: WriteOptions): Promise<Written> {
    const link = this.#link
    if (link === null) return this.#appendHere(commands, options, this.#error)
    try {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const done = await this.#appendThere(link, commands, options)
        if (done !== null) return done
        // A wiped Redis, or another process of this node: with the same head the change still holds.
        await this.#settle(link)
        if (this.#fault !== null) return this.#appendHere(commands, options, this.#fault)
      }
      return { kind: 'conflict', head: this.head() }
    } catch (error) {
      if (!isRefusal(error)) this.#lose(error)
      return this.#appendHere(commands, options, wordsOf(error))
    }
  }

  /** Null when Redis' head is not this node's. */
  async #appendThere(
    link: SpineLink,
    commands: readonly LedgerCommand[],
    options: WriteOptions,
  ): Promise<Written | null> {
    const head = this.head()
    const drafted = this.#options.ledger.draft(commands, options)
    if (drafted.kind !== 'drafted' || drafted.rows.length === 0)
      return drafted.kind === 'drafted' ? { kind: 'appended', head } : drafted
    const beside = besideOf(commands, options)
    const { taken, confirmed, place } = await link.append(head.hash, drafted.rows, beside)
    if (!taken) return null
    this.#place = place
    try {
      this.#mirror.take(drafted.rows, beside, { head })
    } catch (error) {
      if (!(error instanceof MirrorMoved)) throw error
      // Another process of this node was between: the two are a branch each, and are brought together.
      await this.#settle(link)
    }
    if (confirmed) return { kind: 'appended', head: drafted.head }
    return { kind: 'unavailable', message: NOT_CONFIRMED }
  }

  #appendHere(
    commands: readonly LedgerCommand[],
    options: WriteOptions,
    why: string | null,
  ): Written {
    const isFounding = this.head().seq === 0 && commands[0]?.kind === 'ledger.found'
    if (!isFounding && !commands.every(isUrgentTightening)) {
      const message = `Redis does not serve (${why ?? 'no reason given'}); only what shuts out can be changed`
      return { kind: 'unavailable', message }
    }
    const { people = [], ...rest } = options
    return this.#options.ledger.append(commands, {
      ...rest,
      alongside: () => {
        this.#mirror.putPeople(people)
      },
    })
  }

  async #run(tried: () => void): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#session(tried)
      } catch (error) {
        this.#lose(error)
      } finally {
        this.#disconnect()
        tried()
      }
      this.#tell()
      await this.#pause(backoffMs(this.#failures, Math.random()))
      this.#failures += 1
    }
  }

  /** One connection's life; ends only by throwing. */
  async #session(tried: () => void): Promise<void> {
    const { site, gate } = this.#options
    const writer = await this.#connect(`schoolgate-${gate}-ledger`)
    const reader = await this.#connect(`schoolgate-${gate}-follower`, BLOCKED_TIMEOUT_MS)
    const link = new SpineLink(writer, site)
    for (;;) {
      this.#unfit = (await link.health()).alarm
      await this.#alone(() => this.#settle(link))
      if (this.#stopping) return
      this.#link = link
      this.#error = null
      this.#failures = 0
      this.#tell()
      tried()
      const { generation, seq } = this.#place ?? { generation: 0, seq: 0 }
      const from = `${generation}-${seq}`
      await reader.xread('COUNT', 1, 'BLOCK', BLOCK_MS, 'STREAMS', ledgerKey(site), from)
      // An append may have lost the connection meanwhile.
      if (this.#link !== link) return
    }
  }

  async #settle(link: SpineLink): Promise<void> {
    const { place, fault, gaveWay } = await reconcile(this.#mirror, link)
    this.#place = place
    if (fault !== null && fault !== this.#fault)
      this.#options.onAlarm(`the ledger in Redis is not believed: ${fault}; changes wait`)
    this.#fault = fault
    if (gaveWay !== null) {
      const whose = gaveWay.whose === 'node' ? 'this gate' : 'Redis'
      this.#options.onAlarm(
        `the ledger had two branches behind entry ${gaveWay.fork}: that of ${whose} gave way to the longer one`,
      )
    }
    if (fault === null) await this.#recover(link)
  }

  /** Appends again what was set aside, unless another node has done it. */
  async #recover(link: SpineLink): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS;) {
      const orphans = this.#mirror.orphans()
      const [first] = orphans
      if (first === undefined) return
      const { ledger, site, clock } = this.#options
      const head = this.head()
      const since = ledger.entries(Math.min(first.seq - 1, head.seq))
      const commands = recoveredCommands(orphans, since).slice(0, RECOVER_AT_ONCE)
      const drafted = ledger.draft(commands, {
        ...{ site, actor: 'gate', actorRole: 'gate', at: clock(), basedOn: head.seq },
      })
      if (drafted.kind !== 'drafted') throw new Error(`nothing can be recovered: ${drafted.kind}`)
      const beside = this.#mirror.besideOf(drafted.rows, head)
      const { taken, place } = await link.append(head.hash, drafted.rows, beside)
      if (taken) {
        this.#mirror.take(drafted.rows, NOTHING_BESIDE, { head })
        this.#place = place
        const [from, to] = [head.seq + 1, drafted.head.seq]
        this.#options.onAlarm(
          `${commands.length} entries of a lost branch were appended again: entries ${from} to ${to}; read them`,
        )
      } else {
        attempt += 1
        this.#place = (await reconcile(this.#mirror, link)).place
      }
    }
  }

  async #connect(name: string, commandTimeoutMs?: number): Promise<RedisClient> {
    const { address } = this.#options
    const client = makeRedisClient(address, {
      name,
      ...(commandTimeoutMs === undefined ? {} : { commandTimeoutMs }),
    })
    this.#clients.push(client)
    await connectRedis(client)
    return client
  }

  #lose(error: unknown): void {
    this.#error = explain(wordsOf(error), this.#options.site)
    this.#disconnect()
  }

  #disconnect(): void {
    this.#link = null
    for (const client of this.#clients.splice(0)) endRedis(client)
  }

  #tell(): void {
    const head = this.head()
    if (head.hash === this.#told) return
    this.#told = head.hash
    this.#onEntries?.(head)
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopping) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

const NOT_CONFIRMED =
  'the change is in Redis and no replica has confirmed it: a failover may lose it here for a while; look before trying again'

function besideOf(
  commands: readonly LedgerCommand[],
  { documents = [], people = [] }: WriteOptions,
): Beside {
  return {
    documents: documents.map((text) => [sha256(text), text] as const),
    people: [...people, ...erasedBy(commands)],
  }
}

/** Redis answered, and said no: full, a replica, its disk. The connection is as good as before. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

/** A missing permission is put right by who reads this, so it says with what. */
function explain(words: string, site: string): string {
  if (!words.includes('NOPERM')) return words
  return `${words}; the user needs \`ACL SETUSER name ${aclRules(site).join(' ')}\``
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
