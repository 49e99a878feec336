import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLedger, type Ledger } from '../../records/ledger/ledger.ts'
import { readRedisAddress, type RedisAddress } from '../../records/redis/connect.ts'
import { LedgerSpine } from '../../records/redis/ledger-spine.ts'
import { until } from './until.ts'

export function addressOf(url: string): RedisAddress {
  const address = readRedisAddress(url)
  if (typeof address === 'string') throw new Error(address)
  return address
}

/** A gate's ledger over a Redis of the test, in a directory that outlives it until `dispose`. */
export class SpineNode implements AsyncDisposable {
  readonly ledger: Ledger
  readonly spine: LedgerSpine
  readonly alarms: string[] = []
  /** `seq` of every head that the follower was told. */
  readonly heads: number[] = []
  readonly #directory = mkdtempSync(join(tmpdir(), 'schoolgate-spine-'))

  constructor(gate: string, url: string) {
    this.ledger = openLedger(this.#directory, { site: 'ex' })
    // The disk's own speed is no subject of these tests.
    this.ledger.db.exec('PRAGMA synchronous = OFF')
    this.spine = new LedgerSpine({
      address: addressOf(url),
      site: 'ex',
      gate,
      ledger: this.ledger,
      clock: Date.now,
      onAlarm: (sentence) => this.alarms.push(sentence),
    })
  }

  async start(): Promise<this> {
    await this.spine.follow(({ seq }) => this.heads.push(seq))
    return this
  }

  /** What the entries are about, in their order. */
  get objects(): string[] {
    return [...this.ledger.entries()].map(({ object_id }) => object_id)
  }

  untilUp(): Promise<unknown> {
    return until(
      () => this.spine.state,
      ({ isUp }) => isUp,
    )
  }

  untilDown(): Promise<unknown> {
    return until(
      () => this.spine.state,
      ({ isUp }) => !isUp,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.spine.stop()
    this.ledger.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** Resolves when all of them have one head, and it is entry `seq` where that is given. */
export async function untilAgreed(nodes: readonly SpineNode[], seq?: number): Promise<void> {
  await until(
    () => nodes.map(({ spine }) => spine.head()),
    (heads) =>
      new Set(heads.map(({ hash }) => hash)).size === 1 &&
      (seq === undefined || heads[0]?.seq === seq),
  )
}
