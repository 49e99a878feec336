import { findCategory } from '../taxonomy/taxonomy.ts'

/**
 * A sealed feed: the names of a SEALED category as keyed hashes, so that who holds the file learns
 * how many there are and of when, and nothing of what they are. Text, so that a person can look at
 * the head; the last line signs all before it:
 *
 *     schoolgate sealed feed 1
 *     feed csam
 *     category illegal.csam
 *     serial 17
 *     issued 2026-11-25T03:00:00Z
 *     licence SYNTHETIC
 *     hash-key 5d41402abc4b2a76
 *     entries 2
 *     url 3fa90c11 0cc175b9c0f1b6a831c399e269772661
 *     subtree 9b2e01d7 92eb5ffee6ae2fec3ad71c777531578f
 *     signature <signer, 64 hex> <Ed25519, 128 hex>
 *
 * An entry is its scope, its mark (32 bits that say "perhaps", sealed-marks.ts) and 128 bits of an
 * HMAC-SHA-256 of the name, which say "yes".
 */
export interface SealedFeed {
  readonly id: string
  /** A SEALED category of the taxonomy. */
  readonly category: string
  /** Grows with each issue; an older one is never taken again. */
  readonly serial: number
  /** Epoch ms. */
  readonly issued: number
  /** The agreement under which the list is held; null for made-up names that protect nobody. */
  readonly licence: string | null
  /** Names the key of the hashes, without telling it. */
  readonly hashKeyId: string
  readonly entries: readonly SealedEntry[]
}

/** One host, a host and all below it, or a URL prefix of one host. */
export const SEALED_SCOPES = ['host', 'subtree', 'url'] as const
export type SealedScope = (typeof SEALED_SCOPES)[number]

export interface SealedEntry {
  readonly scope: SealedScope
  /** Unsigned, 32 bits. */
  readonly mark: number
  /** 32 hex digits. */
  readonly digest: string
}

/** What is wrong with a feed, in words that hold nothing of its contents. */
export interface FeedProblem {
  readonly problem: string
}

/** A feed's text without its last line, and that line. */
export interface SignedText {
  readonly signed: string
  /** Public key, hex. */
  readonly signer: string
  /** Hex. */
  readonly signature: string
}

/** 1.3 M entries; the licensed lists have some ten thousand. */
export const MAX_FEED_OCTETS = 64 * 1024 * 1024

const MAGIC = 'schoolgate sealed feed 1'
const SYNTHETIC = 'SYNTHETIC'
const FIELDS = ['feed', 'category', 'serial', 'issued', 'licence', 'hash-key', 'entries'] as const
type Field = (typeof FIELDS)[number]

/** Cuts the signature off. What stands before it means nothing until somebody has verified it. */
export function splitSignature(text: string): SignedText | FeedProblem {
  const at = text.lastIndexOf('\n', text.length - 2) + 1
  const [, signer, signature] =
    /^signature ([0-9a-f]{64}) ([0-9a-f]{128})\n?$/.exec(text.slice(at)) ?? []
  if (signer === undefined || signature === undefined)
    return { problem: 'the file is cut short: its last line is no signature' }
  return { signed: text.slice(0, at), signer, signature }
}

/** The feed that a signed text spells. */
export function parseSealedFeed(signed: string): SealedFeed | FeedProblem {
  const lines = signed.split('\n')
  if (lines[0] !== MAGIC)
    return { problem: `not a sealed feed: it does not begin with \`${MAGIC}\`` }
  const head = headOf(lines.slice(1, 1 + FIELDS.length))
  if ('problem' in head) return head
  const entries: SealedEntry[] = []
  for (const line of lines.slice(1 + FIELDS.length, -1)) {
    const entry = entryOf(line)
    if (entry === null) return { problem: `entry ${entries.length + 1} is not one` }
    entries.push(entry)
  }
  const { count, ...facts } = head
  if (entries.length === 0) return { problem: 'the feed is empty' }
  if (entries.length !== count)
    return { problem: `the feed announces ${count} entries and holds ${entries.length}` }
  return { ...facts, entries }
}

/** The text of a feed, to be signed; entries in the order of their digests, which tells nothing. */
export function formatSealedFeed(feed: SealedFeed): string {
  const lines = feed.entries
    .map(({ scope, mark, digest }) => `${digest} ${scope} ${mark.toString(16).padStart(8, '0')}`)
    .sort()
    .map((line) => line.split(' '))
    .map(([digest = '', scope = '', mark = '']) => `${scope} ${mark} ${digest}`)
  const head: Readonly<Record<Field, string | number>> = {
    feed: feed.id,
    category: feed.category,
    serial: feed.serial,
    issued: new Date(feed.issued).toISOString(),
    licence: feed.licence ?? SYNTHETIC,
    'hash-key': feed.hashKeyId,
    entries: feed.entries.length,
  }
  return [MAGIC, ...FIELDS.map((name) => `${name} ${head[name]}`), ...lines, ''].join('\n')
}

type Head = Omit<SealedFeed, 'entries'> & { readonly count: number }

function headOf(lines: readonly string[]): Head | FeedProblem {
  const values = new Map<Field, string>()
  for (const [index, name] of FIELDS.entries()) {
    const line = lines[index] ?? ''
    if (!line.startsWith(`${name} `)) return { problem: `line ${index + 2} is not \`${name} ...\`` }
    values.set(name, line.slice(name.length + 1))
  }
  const text = (name: Field): string => values.get(name) ?? ''
  const serial = wholeNumber(text('serial'))
  const count = wholeNumber(text('entries'))
  const issued = Date.parse(text('issued'))
  if (serial === null) return { problem: 'its serial is not a whole number above 0' }
  if (count === null) return { problem: 'the feed is empty' }
  if (Number.isNaN(issued)) return { problem: 'its time of issue is not one' }
  if (findCategory(text('category'))?.lock !== 'SEALED')
    return { problem: 'its category is not a SEALED one' }
  const licence = text('licence') === SYNTHETIC ? null : text('licence')
  const hashKeyId = text('hash-key')
  return { id: text('feed'), category: text('category'), serial, issued, licence, hashKeyId, count }
}

function wholeNumber(text: string): number | null {
  const number = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0
  return number > 0 ? number : null
}

const ENTRY = /^(host|subtree|url) ([0-9a-f]{8}) ([0-9a-f]{32})$/

function entryOf(line: string): SealedEntry | null {
  const [, word, mark = '', digest = ''] = ENTRY.exec(line) ?? []
  const scope = SEALED_SCOPES.find((known) => known === word)
  return scope === undefined ? null : { scope, mark: Number.parseInt(mark, 16), digest }
}
