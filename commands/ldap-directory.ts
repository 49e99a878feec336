import { readFileSync } from 'node:fs'
import { Client, type Entry } from 'ldapts'
import type { DirectoryEntry } from '../records/imports/directory-roster.ts'

export interface LdapOrder {
  /** `ldaps://host` or `ldap://host`; the latter with STARTTLS, but to this very machine. */
  readonly url: string
  readonly base: string
  /** RFC 4515. */
  readonly filter: string
  readonly bind: { readonly dn: string; readonly password: string } | null
  /** PEM file of who signed the server's certificate; null: the system's. */
  readonly ca: string | null
  /** Which attribute numbers an entry, and which holds the year. */
  readonly attributes: { readonly id: string; readonly year: string | null }
}

/** A page of a search (RFC 2696); Active Directory gives at most a thousand. */
const PAGE = 500
/** Five large schools; more is somebody else's directory. */
const MAX_ENTRIES = 50_000
/** A directory that does not answer must not hold a command for ever. */
const CONNECT_MS = 10_000
const ANSWER_MS = 30_000
/** ADS_UF_ACCOUNTDISABLE of `userAccountControl`. */
const DISABLED = 2

/** The entries that a search finds, page by page; a text says why there are none. Never throws. */
export async function searchLdap(order: LdapOrder): Promise<readonly DirectoryEntry[] | string> {
  const tlsOptions = tlsOf(order)
  if (typeof tlsOptions === 'string') return tlsOptions
  const { protocol, hostname } = new URL(order.url)
  const times = { timeout: ANSWER_MS, connectTimeout: CONNECT_MS }
  // With options of TLS the client speaks TLS from the first octet, whatever the address says.
  const secure = protocol === 'ldaps:' ? { tlsOptions } : {}
  const client = new Client({ url: order.url, ...times, ...secure })
  try {
    // A password in the clear would be anybody's who shares the wire.
    if (protocol === 'ldap:' && !isLoopback(hostname)) await client.startTLS(tlsOptions)
    if (order.bind !== null) await client.bind(order.bind.dn, order.bind.password)
    return await collect(client, order)
  } catch (cause) {
    return `the directory: ${cause instanceof Error ? `${cause.name} ${cause.message}` : String(cause)}`
  } finally {
    await client.unbind().catch(() => undefined)
  }
}

async function collect(client: Client, order: LdapOrder): Promise<DirectoryEntry[] | string> {
  const { base, filter, attributes } = order
  const wanted = ['objectClass', 'displayName', 'cn', 'mail', 'userAccountControl', attributes.id]
  if (attributes.year !== null) wanted.push(attributes.year)
  const found: DirectoryEntry[] = []
  const pages = client.searchPaginated(base, {
    ...{ scope: 'sub', filter, attributes: wanted, paged: { pageSize: PAGE } },
    explicitBufferAttributes: attributes.id === 'objectGUID' ? ['objectGUID'] : [],
  })
  for await (const { searchEntries } of pages) {
    // Computers are persons in Active Directory. Not in the filter: elsewhere nobody knows the class, and then nothing fits.
    for (const entry of searchEntries)
      if (!classesOf(entry).includes('computer')) found.push(entryOf(entry, order))
    if (found.length > MAX_ENTRIES) return `the directory has more than ${MAX_ENTRIES} such entries`
  }
  return found
}

function tlsOf({ ca, url }: LdapOrder) {
  if (!/^ldaps?:\/\/[^/?#@]+\/?$/.test(url) || !URL.canParse(url))
    return `\`${url.slice(0, 100)}\` is no address as ldaps://host:636`
  try {
    const base = { minVersion: 'TLSv1.2' as const }
    return ca === null ? base : { ...base, ca: readFileSync(ca) }
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function entryOf(entry: Entry, { attributes }: LdapOrder): DirectoryEntry {
  const { id, year } = attributes
  return {
    dn: entry.dn,
    id: id === 'objectGUID' ? guidOf(entry[id]) : textOf(entry, id),
    name: textOf(entry, 'displayName') ?? textOf(entry, 'cn'),
    email: textOf(entry, 'mail'),
    year: year === null ? null : textOf(entry, year),
    isDisabled: (Number(textOf(entry, 'userAccountControl') ?? 0) & DISABLED) !== 0,
  }
}

function classesOf(entry: Entry): readonly string[] {
  return [entry['objectClass'] ?? []].flat().map((name) => name.toString().toLowerCase())
}

/** The first value; the server tells names of attributes as it likes. */
function textOf(entry: Entry, attribute: string): string | null {
  const wanted = attribute.toLowerCase()
  const key = Object.keys(entry).find((name) => name.toLowerCase() === wanted)
  const value = key === undefined ? undefined : [entry[key]].flat()[0]
  if (value === undefined) return null
  const text = typeof value === 'string' ? value : value.toString('utf8')
  return text === '' ? null : text
}

/** As Microsoft writes a GUID: the first three groups are little-endian (MS-DTYP 2.3.4.2). */
function guidOf(value: Entry[string] | undefined): string | null {
  const octets = [value].flat()[0]
  if (!Buffer.isBuffer(octets) || octets.length !== 16) return null
  const head = Buffer.from(octets)
  head.subarray(0, 4).reverse()
  head.subarray(4, 6).reverse()
  head.subarray(6, 8).reverse()
  return head.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
