import { createPrivateKey, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HASH_KEY_OCTETS, readHashKey } from '../proxy/sealed/hash-key.ts'
import { signFeed } from '../proxy/sealed/feed-signature.ts'
import { macOf } from '../proxy/sealed/sealed-bundle.ts'
import { NOT_LICENSED, SealedKeeper, type FeedStatus } from '../proxy/sealed/sealed-keeper.ts'
import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import { parseListLine } from '../rules/lists/list-line.ts'
import { EntrySealer, idOfKey } from '../rules/sealed/seal-entries.ts'
import { formatSealedFeed, parseSealedFeed } from '../rules/sealed/sealed-feed.ts'
import { parseInstant } from '../rules/time/clock-text.ts'
import { EXIT, readArguments, textOf, usage, type Parsed } from './arguments.ts'
import type { LoadedConfig } from './read-config.ts'

const USAGE = `usage: schoolgate lists keys FOLDER
       schoolgate lists sign --key SIGNER.key --hash-key HASH.key --feed ID --category CATEGORY
                             --serial N (--licence TEXT | --synthetic) [--issued ISO] --out FILE LIST`

const OPTIONS = {
  key: { type: 'string' },
  'hash-key': { type: 'string' },
  feed: { type: 'string' },
  category: { type: 'string' },
  serial: { type: 'string' },
  licence: { type: 'string' },
  synthetic: { type: 'boolean' },
  issued: { type: 'string' },
  out: { type: 'string' },
} as const

/**
 * Keys for one who makes sealed feeds: `signer.key` stays with the maker, `signer.pub` and `hash.key` go
 * to the gates. Nothing that is there is written over.
 */
export function makeFeedKeys(args: readonly string[]): number {
  const parsed = readArguments(args, {})
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const [folder] = parsed.positionals
  if (folder === undefined || parsed.positionals.length > 1) return usage(USAGE, 'name one folder')
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const files = [
    ['signer.key', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), 0o600],
    ['signer.pub', publicKey.export({ format: 'pem', type: 'spki' }).toString(), 0o644],
    ['hash.key', `${randomBytes(HASH_KEY_OCTETS).toString('hex')}\n`, 0o600],
  ] as const
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const [name, text, mode] of files)
      writeFileSync(join(folder, name), text, { mode, flag: 'wx' })
  } catch (cause) {
    return refuse(`no keys made: ${messageOf(cause)}`)
  }
  process.stdout.write(
    `${folder}: signer.key (yours alone), signer.pub and hash.key (for the gates)\n`,
  )
  return EXIT.done
}

/** Makes a sealed feed of a list in the clear, as a trust or a supplier does for its schools. */
export function signSealedFeed(args: readonly string[]): number {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const order = orderOf(parsed)
  if (typeof order === 'string') return usage(USAGE, order)
  const key = readHashKey(order.hashKey)
  if ('problem' in key) return refuse(key.problem)
  const mac = macOf(createSecretKey(key.octets))
  const sealer = new EntrySealer(mac)
  try {
    const bad = sealLines(readFileSync(order.list, 'utf8'), sealer)
    // A feed that lacks a line would let through what somebody meant to close.
    if (bad.length > 0)
      return refuse(`no feed made: ${order.list}: not understood: line ${bad.join(', ')}`)
    const { id, category, serial, issued, licence } = order
    const facts = { id, category, serial, issued, licence, hashKeyId: idOfKey(mac) }
    const text = formatSealedFeed({ ...facts, entries: sealer.entries })
    const checked = parseSealedFeed(text)
    if ('problem' in checked) return refuse(`no feed made: ${checked.problem}`)
    const secret = createPrivateKey(readFileSync(order.key))
    writeFileSync(order.out, signFeed(text, secret), { flush: true })
    const { length } = checked.entries
    process.stdout.write(`${order.out}: feed \`${id}\`, serial ${serial}, ${length} entries\n`)
    if (licence === null) process.stdout.write(`${NOT_LICENSED}.\n`)
    return EXIT.done
  } catch (cause) {
    return refuse(`no feed made: ${messageOf(cause)}`)
  }
}

/** What `lists stat --config` says of the sealed feeds: counts, serials and ages, never contents. */
export function describeFeeds({ config, directory }: LoadedConfig, now: number): readonly string[] {
  if (config.sealed.feeds.length === 0)
    return ['no sealed feed is configured: SEALED categories have unsigned lists or none']
  const records = recordsDirectoryOf(config, directory)
  const keeper = new SealedKeeper({ config, directory, records, keeps: false })
  keeper.read()
  return [
    ...keeper.status().map((feed) => describeFeed(feed, now)),
    ...keeper.troubles(now).map(({ list, message }) => `sealed feed \`${list}\`: ${message}`),
    ...keeper.notices(),
  ]
}

function describeFeed(feed: FeedStatus, now: number): string {
  const name = `sealed feed \`${feed.id}\` (${feed.category})`
  if (feed.serial === null || feed.issued === null) return `${name}: NO VALID COPY`
  const hours = Math.max(0, (now - feed.issued) / 3_600_000).toFixed(1)
  const licence = feed.licence === null ? 'NOT LICENSED' : `licence ${feed.licence}`
  return `${name}: serial ${feed.serial}, ${feed.entries ?? 0} entries, ${hours} hours old, ${licence}`
}

interface SignOrder {
  readonly key: string
  readonly hashKey: string
  readonly id: string
  readonly category: string
  readonly serial: number
  readonly issued: number
  readonly licence: string | null
  readonly out: string
  readonly list: string
}

function orderOf(parsed: Parsed): SignOrder | string {
  const [list, ...more] = parsed.positionals
  if (list === undefined || more.length > 0) return 'name one list'
  const given = new Map<string, string>()
  for (const name of ['key', 'hash-key', 'feed', 'category', 'serial', 'out']) {
    const text = textOf(parsed, name)
    if (text === undefined || text === '') return `give \`--${name}\``
    given.set(name, text)
  }
  const text = (name: string): string => given.get(name) ?? ''
  const licence = textOf(parsed, 'licence')?.replace(/\s+/g, ' ').trim() ?? null
  if ((licence === null || licence === '') !== (parsed.values['synthetic'] === true))
    return 'say under which agreement the list is held (`--licence`), or that it is `--synthetic`'
  const issued = parseInstant(textOf(parsed, 'issued') ?? new Date().toISOString())
  if (!issued.ok) return `--issued: ${issued.problem}`
  return {
    ...{ key: text('key'), hashKey: text('hash-key'), out: text('out'), list, licence },
    ...{ id: text('feed'), category: text('category'), issued: issued.ms },
    serial: Number(text('serial')),
  }
}

/** The numbers of the lines that were not understood: no more of a sealed list is ever printed. */
function sealLines(text: string, sealer: EntrySealer): number[] {
  return text.split('\n').flatMap((line, index) => {
    const parsed = parseListLine(line, 'subtree')
    if (parsed.kind === 'nothing') return []
    const isTaken = (parsed.kind === 'hosts' || parsed.kind === 'url') && sealer.add(parsed)
    return isTaken ? [] : [index + 1]
  })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function refuse(why: string): number {
  process.stderr.write(`schoolgate: ${why}\n`)
  return EXIT.no
}
