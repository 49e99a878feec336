import { createSecretKey } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readPublicKeys, type PublicKeys } from '../../records/ledger/checkpoint-key.ts'
import { readText } from '../../records/register/read-text.ts'
import { idOfKey } from '../../rules/sealed/seal-entries.ts'
import { MAX_FEED_OCTETS, type FeedProblem } from '../../rules/sealed/sealed-feed.ts'
import type { Config } from '../config.ts'
import type { ListTrouble } from '../self-report.ts'
import { chooseFeed, type FeedChoice, type SignedFeed } from './choose-feed.ts'
import { openFeed } from './feed-signature.ts'
import { HASH_KEY_OCTETS, readHashKey } from './hash-key.ts'
import { macOf, makeSealedBundle, type SealedBundle } from './sealed-bundle.ts'

/** The licensed lists are issued twice a day: what is older than this has missed one. */
const MAX_AGE_MS = 24 * 3_600_000

type FeedSetting = Config['sealed']['feeds'][number]

/** What may be known of a feed; never what it holds. */
export interface FeedStatus {
  readonly id: string
  readonly category: string
  /** The rest is null while there is no valid copy. */
  readonly serial: number | null
  readonly entries: number | null
  /** Epoch ms. */
  readonly issued: number | null
  /** Null for a synthetic feed too. */
  readonly licence: string | null
  readonly refused: string | null
}

export interface KeeperOptions {
  readonly config: Config
  /** The folder that the configuration's paths are relative to. */
  readonly directory: string
  /** Where valid copies are kept; null: nowhere. */
  readonly records: string | null
  /** Commands only look; the gate keeps what it has taken. */
  readonly keeps: boolean
}

/**
 * The sealed feeds of a gate: reads the files that the configuration names, takes what is genuine and
 * newer, and keeps a copy of it, so that whatever becomes of a file the last valid one stays.
 */
export class SealedKeeper {
  readonly #options: KeeperOptions
  #feeds: readonly { readonly setting: FeedSetting; readonly choice: FeedChoice }[] = []
  /** Of the last time that it could be read. */
  #hashKey: Uint8Array = new Uint8Array(HASH_KEY_OCTETS)

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** Files to watch. */
  get files(): readonly string[] {
    return this.#settings.feeds.map(({ file }) => this.#path(file))
  }

  /** Reads all again; what is to be in force now, or null where no feed is configured. */
  read(): SealedBundle | null {
    const { feeds, hashKey, signers } = this.#settings
    if (feeds.length === 0) return null
    const key = readHashKey(this.#path(hashKey ?? ''))
    if ('octets' in key) this.#hashKey = key.octets
    const keys = signersOf(this.#path(signers ?? ''))
    const hashKeyId = 'problem' in key ? '' : idOfKey(macOf(createSecretKey(key.octets)))
    const broken = 'problem' in key ? key : 'problem' in keys ? keys : null
    this.#feeds = feeds.map((setting) => ({
      setting,
      choice:
        broken === null && !('problem' in keys)
          ? this.#choose(setting, hashKeyId, keys)
          : { inForce: this.#known(setting.id), refused: broken?.problem ?? '' },
    }))
    const inForce = this.#feeds.flatMap(({ choice }) => choice.inForce?.feed ?? [])
    const missing = this.#feeds.flatMap(({ setting, choice }) =>
      choice.inForce === null ? [setting.id] : [],
    )
    return makeSealedBundle(inForce, missing, this.#hashKey)
  }

  status(): readonly FeedStatus[] {
    return this.#feeds.map(({ setting: { id, category }, choice: { inForce, refused } }) => ({
      ...{ id, category, refused },
      serial: inForce?.feed.serial ?? null,
      entries: inForce?.feed.entries.length ?? null,
      issued: inForce?.feed.issued ?? null,
      licence: inForce?.feed.licence ?? null,
    }))
  }

  /** What is wrong now; `now` is the system's time, epoch ms: `--clock` moves the school's day, not an age. */
  troubles(now: number): readonly ListTrouble[] {
    return this.status().flatMap((feed) => [...refusalOf(feed), ...ageOf(feed, now)])
  }

  /** What must be said loudly of feeds that are in force and in order. */
  notices(): readonly string[] {
    return this.status()
      .filter(({ serial, licence }) => serial !== null && licence === null)
      .map(({ id, category }) => `sealed feed \`${id}\` (${category}): ${NOT_LICENSED}`)
  }

  get #settings(): Config['sealed'] {
    return this.#options.config.sealed
  }

  #path(file: string): string {
    return resolve(this.#options.directory, file)
  }

  #choose(setting: FeedSetting, hashKeyId: string, keys: PublicKeys): FeedChoice {
    const { id, category, file } = setting
    const copy = this.#keptCopy(id, keys)
    const kept = newerOf(copy, this.#known(id))
    const choice = chooseFeed({ id, category, hashKeyId }, readFeed(this.#path(file), keys), kept)
    const { inForce } = choice
    if (inForce !== null && inForce.text !== copy?.text) this.#keep(id, inForce.text)
    return choice
  }

  /** A running gate needs no disk to know what is in force: whoever empties the folder takes nothing away. */
  #known(id: string): SignedFeed | null {
    return this.#feeds.find((feed) => feed.setting.id === id)?.choice.inForce ?? null
  }

  /** A copy that does not verify any more was changed on the disk: it is none. */
  #keptCopy(id: string, keys: PublicKeys): SignedFeed | null {
    const { records } = this.#options
    if (records === null) return null
    const copy = readFeed(join(records, 'sealed', `${id}.feed`), keys)
    return 'problem' in copy ? null : copy
  }

  #keep(id: string, text: string): void {
    const { records, keeps } = this.#options
    if (records === null || !keeps) return
    const folder = join(records, 'sealed')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, `${id}.feed`)
    writeFileSync(`${path}.tmp`, text, { mode: 0o600, flush: true })
    renameSync(`${path}.tmp`, path)
  }
}

/** Said wherever the state of the lists is shown (requirements.md, D3.1). */
export const NOT_LICENSED =
  'SYNTHETIC, NOT LICENSED: made-up names that protect nobody. A gate that serves pupils needs the real list, by membership or agreement'

function refusalOf({ id, serial, refused }: FeedStatus): ListTrouble[] {
  if (refused === null) return []
  const meanwhile =
    serial === null
      ? 'there is no valid copy: only support.* and the portal are served'
      : `serial ${serial} stays in force`
  return [{ kind: 'feed_refused', list: id, message: `${refused}; ${meanwhile}` }]
}

/** Nobody issues a synthetic feed anew; what is said of it is louder than its age. */
function ageOf({ id, issued, licence }: FeedStatus, now: number): ListTrouble[] {
  if (issued === null || licence === null) return []
  const hours = Math.floor((now - issued) / 3_600_000)
  if (issued - now > MAX_AGE_MS) {
    const message = 'was issued in the future: the clock of the gate or of its maker is wrong'
    return [{ kind: 'feed_age', list: id, message }]
  }
  if (now - issued <= MAX_AGE_MS) return []
  return [{ kind: 'feed_age', list: id, message: `is ${hours} hours old and stays in force` }]
}

function newerOf(one: SignedFeed | null, other: SignedFeed | null): SignedFeed | null {
  if (one === null || other === null) return one ?? other
  return other.feed.serial > one.feed.serial ? other : one
}

function readFeed(path: string, keys: PublicKeys): SignedFeed | FeedProblem {
  const read = readText(path, MAX_FEED_OCTETS)
  if (!('text' in read)) return { problem: `\`${path}\` ${read.message}` }
  const feed = openFeed(read.text, keys)
  return 'problem' in feed ? { problem: `\`${path}\`: ${feed.problem}` } : { feed, text: read.text }
}

function signersOf(path: string): PublicKeys | FeedProblem {
  try {
    const keys = readPublicKeys(path)
    return keys.size > 0 ? keys : { problem: `no public keys of signers at \`${path}\`` }
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message : String(cause) }
  }
}
