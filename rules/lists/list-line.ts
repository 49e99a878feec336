import { parseRange, type Range } from '../addresses/ip-address.ts'
import { parseHostname } from '../names/hostname.ts'
import type { ExceptScope, NameScope } from './tag-sets.ts'
import { normaliseUrlPath } from './url-path.ts'

/** What one line of a list says. */
export type ListLine =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'hosts'
      readonly scope: NameScope
      /** Lower-case A-labels, or the canonical text of an address. */
      readonly hosts: readonly string[]
    }
  /** Takes the host out of this list. */
  | { readonly kind: 'except'; readonly scope: ExceptScope; readonly host: string }
  | { readonly kind: 'range'; readonly range: Range; readonly isException: boolean }
  | {
      readonly kind: 'url'
      readonly host: string
      /** Normalised (url-path.ts), never empty. */
      readonly path: string
    }
  /** A regular expression over host names, as it stands between the slashes. */
  | { readonly kind: 'pattern'; readonly text: string }
  /** A rule that is well-formed, and of a kind that a gate can't or must not follow. */
  | { readonly kind: 'ignored'; readonly reason: IgnoredReason }
  | { readonly kind: 'problem'; readonly message: string }

/** Why well-formed rules are left out, in words; each is counted for its list. */
export const IGNORED_REASONS = {
  cosmetic: 'hide parts of pages',
  options: 'apply to some requests only',
  url_pattern: 'are patterns over URLs',
  path_exception: 'are exceptions of a part of a host',
  trigger: 'are triggered by clients or name servers',
  record: 'are zone records that are no rules',
  rewrite: 'lead to another host',
  tcp_only: 'ask for an answer over TCP',
} as const
export type IgnoredReason = keyof typeof IGNORED_REASONS

/** No URL that servers take is longer; what is, is a binary file or a missing line end. */
export const MAX_LINE_OCTETS = 8192

/**
 * Reads a line in whichever form it has, so that nobody has to say which form a list has:
 *
 *     example.org                   the name and all below, or the name alone where `plain` says so
 *     *.example.org  .example.org   the name and all below
 *     ||example.org^                likewise
 *     @@||example.org^              never by this list, and nothing below either
 *     0.0.0.0 a.example b.example   these hosts only, as in a hosts file
 *     example.org/path              a URL prefix on that host only, with or without `http://`
 *     192.0.2.7  192.0.2.0/24       those addresses: in URLs, in CONNECT and in DNS answers
 *     /^ads[0-9]+\./                host names that match (patterns/)
 *     # text   ! text   [Adblock]   nothing
 *
 * `plain` is the scope of a bare name: UT1 and most lists mean the subtree, ShadowWhisperer's
 * non-wildcard lists and v2fly's `full:` mean that host.
 */
export function parseListLine(line: string, plain: 'host' | 'subtree'): ListLine {
  if (line.length > MAX_LINE_OCTETS) return problem(`longer than ${MAX_LINE_OCTETS} characters`)
  const text = withoutComment(line)
  if (text === '') return NOTHING
  if (COSMETIC.test(text)) return ignored('cosmetic')
  if (text.startsWith('||')) return parseAnchored(text.slice(2))
  if (text.startsWith('@@')) return parseException(text.slice(2))
  const pattern = /^\/(.+)\/$/.exec(text)?.[1]
  if (pattern !== undefined) return { kind: 'pattern', text: pattern }
  if (URL_RULE.test(text)) return ignored('url_pattern')
  const [first = '', ...rest] = text.split(/\s+/)
  if (rest.length > 0) return parseHostsLine(first, rest)
  return parseSingle(first, plain)
}

const NOTHING: ListLine = { kind: 'nothing' }

/** Rules of browser lists that hide or change parts of pages: `##`, `#@#`, `#?#`, `#$#`, `$$`. */
const COSMETIC = /#@?[?$%]*#(?:[^\s#]|$)|\$\$/
/** Browser rules on parts of URLs: `|http://`, `/ads/*`, `-banner.`, or whatever ends in options. */
const URL_RULE = /^\||^[/*\-_?&=+.,;:][^\s]*[*^$|]|^[^\s/?]+\$[a-z~]/i

function ignored(reason: IgnoredReason): ListLine {
  return { kind: 'ignored', reason }
}

function problem(message: string): ListLine {
  return { kind: 'problem', message }
}

function withoutComment(line: string): string {
  const text = line.replace(/^\uFEFF/, '').trim()
  // `!` and `[Adblock Plus 2.0]` begin comments of browser filter lists; `[` also begins an IPv6 address.
  if (/^(?:[#!]|\[[a-z].*\]$)/i.test(text) && !/^\[[\da-f]*:/i.test(text)) {
    // `##.banner` hides an element on every page: a rule to be counted rather than a comment.
    return /^##[^#\s]|^#@#/.test(text) ? text : ''
  }
  return text.replace(/\s#.*$/, '').trim()
}

/** `||name^`, with the options that don't narrow it to some kinds of requests. */
function parseAnchored(rule: string): ListLine {
  const { pattern, isWhole } = optionsOf(rule)
  if (!isWhole) return ignored('options')
  const name = pattern.replace(/\^?\|?$/, '')
  if (/[*^|]/.test(name)) return ignored('url_pattern')
  return name.includes('/') ? parseUrl(name) : parseName(name, 'subtree')
}

/** `@@||name^`: to take too little out of a list is too strict, to take too much out is a hole. */
function parseException(rule: string): ListLine {
  const { pattern, isWhole } = optionsOf(rule)
  if (!isWhole) return ignored('options')
  const name = pattern.replace(/^\|\|/, '').replace(/\^?\|?$/, '')
  if (!pattern.startsWith('||') || /[*^|]/.test(name)) return ignored('url_pattern')
  const said = name.includes('/') ? parseUrl(name) : parseName(name, 'subtree')
  if (said.kind === 'url') return ignored('path_exception')
  if (said.kind === 'range') return { ...said, isException: true }
  if (said.kind !== 'hosts') return said
  return { kind: 'except', scope: 'except_all', host: said.hosts[0] ?? '' }
}

function optionsOf(rule: string): { readonly pattern: string; readonly isWhole: boolean } {
  const [pattern = '', options = ''] = rule.split('$', 2)
  // `$third-party` or `$script` mean some requests to the host: blocking it whole would be our invention.
  const isWhole = options === '' || options.split(',').every((each) => WHOLE_HOST.has(each))
  return { pattern, isWhole }
}

const WHOLE_HOST: ReadonlySet<string> = new Set(['important', 'all', 'document', 'doc'])

function parseHostsLine(address: string, names: readonly string[]): ListLine {
  if (!BLOCKING_ADDRESSES.has(address.toLowerCase().replace(/%.*$/, ''))) {
    // A hosts file that leads somewhere is a map (of safe-search hosts, say), no list of names to judge.
    return problem(`\`${clip(address)}\` does not begin a hosts line that blocks`)
  }
  const hosts: string[] = []
  for (const name of names) {
    if (LOCAL_NAMES.has(name.toLowerCase())) continue
    const host = parseHost(name)
    if (host === null) return problem(`not a host name: \`${clip(name)}\``)
    hosts.push(host)
  }
  return hosts.length === 0 ? NOTHING : { kind: 'hosts', scope: 'host', hosts }
}

/** Unspecified, loopback and broadcast addresses: what hosts files lead unwanted names to. */
const BLOCKING_ADDRESSES: ReadonlySet<string> = new Set([
  '0.0.0.0',
  '0',
  '127.0.0.1',
  '127.0.1.1',
  '255.255.255.255',
  '::',
  '::0',
  '::1',
  'fe80::1',
  'ff00::0',
  'ff02::1',
  'ff02::2',
  'ff02::3',
])

/** The machine's own names, which head most hosts files. */
const LOCAL_NAMES: ReadonlySet<string> = new Set([
  'localhost',
  'localhost.localdomain',
  'localhost4',
  'localhost6',
  'local',
  'broadcasthost',
  'ip6-localhost',
  'ip6-loopback',
  'ip6-localnet',
  'ip6-mcastprefix',
  'ip6-allnodes',
  'ip6-allrouters',
  'ip6-allhosts',
  '0.0.0.0',
])

function parseSingle(text: string, plain: 'host' | 'subtree'): ListLine {
  const range = text.includes('/') ? parseNetwork(text) : null
  if (range !== null) return range
  if (/[/?]|^[^:]+:\d+$/.test(text)) return parseUrl(text)
  if (text.startsWith('*.')) return parseName(text.slice(2), 'subtree')
  if (text.startsWith('.')) return parseName(text.slice(1), 'subtree')
  const host = parseHost(text)
  if (host === null) return problem(`not a host name: \`${clip(text)}\``)
  if (isAddress(host)) return { kind: 'hosts', scope: 'host', hosts: [host] }
  // One careless line would close a whole country; those who mean it can say so.
  if (!host.includes('.')) {
    return problem(`names a whole top-level domain; write \`*.${clip(host)}\` to mean that`)
  }
  return { kind: 'hosts', scope: plain, hosts: [host] }
}

/** `192.0.2.0/24`; null when it is a URL. */
function parseNetwork(text: string): ListLine | null {
  if (!/^[0-9a-f:.]+\/\d{1,3}$/i.test(text) || !/[:.]/.test(text)) return null
  const range = parseRange(text)
  if (range === undefined) {
    return problem(`not a range of addresses, or with bits behind the mask: \`${clip(text)}\``)
  }
  const isV4 = !text.includes(':')
  // One careless line would close half of the internet.
  if (range.prefix < (isV4 ? WIDEST_V4 : WIDEST_V6)) {
    return problem(`names too many addresses: \`${clip(text)}\``)
  }
  return { kind: 'range', range, isException: false }
}

/** As prefixes of 128 bits: an IPv4 `/8`, and an IPv6 `/19`, the largest that a registry gives away. */
const WIDEST_V4 = 96 + 8
const WIDEST_V6 = 19

function parseName(name: string, scope: 'subtree'): ListLine {
  const host = parseHost(name)
  if (host === null) return problem(`not a host name: \`${clip(name)}\``)
  return { kind: 'hosts', scope: isAddress(host) ? 'host' : scope, hosts: [host] }
}

/** `[scheme://][user@]host[:port][/path]`, for the gate knows no ports; a URL of a host's root is that host, without those below. */
function parseUrl(text: string): ListLine {
  const [, authority = '', path = ''] =
    /^(?:(?:[a-z][a-z0-9+.-]*:)?\/\/)?([^/?#]*)([^]*)$/i.exec(text) ?? []
  const name = authority.replace(/^.*@/, '').replace(/:\d*$/, '')
  const host = parseHost(name)
  if (host === null) return problem(`not a host name: \`${clip(name)}\``)
  if (path.includes('*')) return problem(`a pattern in a path: \`${clip(text)}\``)
  const prefix = normaliseUrlPath(path.startsWith('/') ? path : `/${path}`)
  if (prefix === '') return { kind: 'hosts', scope: 'host', hosts: [host] }
  return { kind: 'url', host, path: prefix }
}

/** A name or an address in the one spelling that requests are looked up by; null when it is neither. */
function parseHost(text: string): string | null {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text
  if (bare.includes(':')) return parseIPv6(bare)
  const name = parseHostname(bare)
  if (name === undefined) return null
  // The URL standard reads a name whose last label is a number as an IPv4 address, and so do browsers.
  if (!/(?:^|\.)\d+$/.test(name)) return name
  return isIPv4(name) ? name : null
}

/** As the URL standard writes it; whatever else a URL may hold between brackets is no address. */
function parseIPv6(text: string): string | null {
  if (!/^[0-9a-f:.]+$/i.test(text)) return null
  return URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1) ?? null
}

function isAddress(host: string): boolean {
  return host.includes(':') || isIPv4(host)
}

function isIPv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/.test(text) && !/(?:^|\.)0\d/.test(text)
}

/** As much of a bad line as is worth printing, on one line. */
function clip(text: string): string {
  // eslint-disable-next-line no-control-regex -- a list is foreign text and is shown on a terminal
  const printable = text.replace(/[\x00-\x1f\x7f-\x9f`]/g, '?')
  return printable.length <= MAX_SHOWN ? printable : `${printable.slice(0, MAX_SHOWN)}...`
}

const MAX_SHOWN = 80
