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
  #feeds: readonly ChosenFeed[] = []
  /** Of the last time that it could be read. */
  #hashKey: Uint8Array = new Uint8Array(HASH_KEY_OCTETS)
  /** What was read of each file: a reload for another reason verifies and sorts nothing again. */
  readonly #opened = new Map<string, OpenedFile>()
  #bundle: SealedBundle | null = null
  /** Why the copy of a feed could not be kept, by id. */
  readonly #unkept = new Map<string, string>()

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** Files to watch. */
  get files(): readonly string[] {
    return this.#settings.feeds.map(({ file }) => this.#path(file))
  }

  /** Reads all again; what is to be in force now, or null where no feed is configured. The same where nothing changed. */
  read(): SealedBundle | null {
    const { feeds } = this.#settings
    if (feeds.length === 0) return null
    const [before, hashKey] = [this.#feeds, this.#hashKey]
    this.#feeds = this.#chooseAll(feeds)
    const isSame = this.#feeds.every(
      ({ choice }, index) => choice.inForce?.feed === before[index]?.choice.inForce?.feed,
    )
    if (this.#bundle === null || !isSame || hashKey !== this.#hashKey)
      this.#bundle = this.#makeBundle()
    return this.#bundle
  }

  #chooseAll(feeds: readonly FeedSetting[]): readonly ChosenFeed[] {
    const { hashKey, signers } = this.#settings
    const key = readHashKey(this.#path(hashKey ?? ''))
    const keys = signersOf(this.#path(signers ?? ''))
    if ('problem' in key || 'problem' in keys) {
      const refused = 'problem' in key ? key.problem : 'problem' in keys ? keys.problem : ''
      return feeds.map((setting) => ({
        setting,
        choice: { inForce: this.#known(setting.id), refused },
      }))
    }
    if (!isEqual(key.octets, this.#hashKey)) this.#hashKey = key.octets
    const hashKeyId = idOfKey(macOf(createSecretKey(key.octets)))
    return feeds.map((setting) => ({ setting, choice: this.#choose(setting, hashKeyId, keys) }))
  }

  #makeBundle(): SealedBundle {
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
    const unkept = [...this.#unkept].map(([list, why]): ListTrouble => {
      const message = `is in force, and its copy can't be kept: ${why}`
      return { kind: 'feed_refused', list, message }
    })
    return [
      ...this.status().flatMap((feed) => [...refusalOf(feed), ...ageOf(feed, now)]),
      ...unkept,
    ]
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
    const choice = chooseFeed({ id, category, hashKeyId }, this.#read(this.#path(file), keys), kept)
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
    const copy = this.#read(join(records, 'sealed', `${id}.feed`), keys)
    return 'problem' in copy ? null : copy
  }

  /** A full disk keeps no copy, and the feed is in force all the same. */
  #keep(id: string, text: string): void {
    const { records, keeps } = this.#options
    if (records === null || !keeps) return
    this.#unkept.delete(id)
    const folder = join(records, 'sealed')
    const path = join(folder, `${id}.feed`)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(`${path}.tmp`, text, { mode: 0o600, flush: true })
      renameSync(`${path}.tmp`, path)
    } catch (cause) {
      this.#unkept.set(id, cause instanceof Error ? cause.message : String(cause))
    }
  }

  #read(path: string, keys: PublicKeys): SignedFeed | FeedProblem {
    const file = readText(path, MAX_FEED_OCTETS)
    if (!('text' in file)) return { problem: `\`${path}\` ${file.message}` }
    const { text } = file
    const signers = [...keys.keys()].join()
    const known = this.#opened.get(path)
    if (known?.text === text && known.signers === signers) return known.feed
    const opened = openFeed(text, keys)
    const feed =
      'problem' in opened
        ? { problem: `\`${path}\`: ${opened.problem}` }
        : (this.#sameText(text) ?? { feed: opened, text })
    this.#opened.set(path, { text, signers, feed })
    return feed
  }

  /** The file and the copy of it are one feed, and one object. */
  #sameText(text: string): SignedFeed | null {
    for (const { feed } of this.#opened.values())
      if ('text' in feed && feed.text === text) return feed
    return null
  }
}

interface ChosenFeed {
  readonly setting: FeedSetting
  readonly choice: FeedChoice
}

interface OpenedFile {
  readonly text: string
  readonly signers: string
  readonly feed: SignedFeed | FeedProblem
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((octet, at) => octet === other[at])
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

function signersOf(path: string): PublicKeys | FeedProblem {
  try {
    const keys = readPublicKeys(path)
    return keys.size > 0 ? keys : { problem: `no public keys of signers at \`${path}\`` }
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message : String(cause) }
  }
}
