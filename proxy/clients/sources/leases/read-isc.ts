import { isIP } from 'node:net'
import { readMacAddress, type MacAddress } from '../../../../rules/identity/mac-address.ts'
import { duidOfClientId, readDuid } from './duid.ts'
import type { Lease, LeaseFormat, LineReading, ReadLine } from './lease.ts'
import { plainHostName, writtenAs } from './lease-words.ts'

/**
 * The leases of ISC dhcpd, DHCPv4 and DHCPv6 (dhcpd.leases(5)). Records are added at the end, a later one
 * of an address replaces an earlier one, and once an hour the server puts a shorter file in place of it.
 */
export const ISC: LeaseFormat = { mode: 'grows', reader: iscReader }

/** The server writes a record's first line at the left edge, whatever was half written before. */
const LEASE = /^lease (\S{2,45}) \{$/
const ASSOCIATION = /^ia-(na|ta|pd) (.{1,1000}) \{$/
const ADDRESS = /^iaaddr (\S{2,45}) \{$/

/** Of an identity association the first four octets are the interface's number (RFC 8415 section 21.4). */
const IAID_LETTERS = 8

const WEEKDAY_DATE = /^[0-6] (\d{4})\/(\d{2})\/(\d{2}) (\d{2}):(\d{2}):(\d{2})$/
const EPOCH = /^epoch (\d{1,12})$/

/** Bounds `on commit { if ... { } }`, which a lease may carry. */
const MAX_DEPTH = 32

interface Draft {
  address: string
  mac: MacAddress | null
  duid: string | null
  hostName: string | null
  from: number | null
  until: number | null
  state: string | null
  isBroken: boolean
}

function iscReader(): ReadLine {
  const reader = new IscReader()
  return (line) => reader.take(line)
}

class IscReader {
  #depth = 0
  #draft: Draft | null = null
  /** The client of the identity association that is read, and when it was last heard of. */
  #client: { readonly duid: string | null; from: number | null } | null = null
  /** At which depth the statements are the draft's own. */
  #draftDepth = 0

  take(line: string): LineReading {
    const statement = line.trim()
    if (statement === '' || statement.startsWith('#')) return 'nothing'
    const isRecord = LEASE.test(line) || ASSOCIATION.test(line)
    // One that is not ended was cut off when the server or its machine stopped.
    const isCutOff = isRecord && this.#depth > 0
    if (isRecord) this.#reset()
    const reading = this.#read(statement)
    return isCutOff ? 'refused' : reading
  }

  #reset(): void {
    this.#depth = 0
    this.#draft = null
    this.#client = null
  }

  #read(statement: string): LineReading {
    // A text may hold a brace, but its statement ends with a semicolon.
    if (statement.endsWith('{')) return this.#open(statement)
    if (statement === '}') return this.#close()
    if (this.#draft !== null && this.#depth === this.#draftDepth) note(this.#draft, statement)
    else if (this.#client !== null && this.#depth === 1) this.#noteClient(statement)
    return 'nothing'
  }

  #open(statement: string): LineReading {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) {
      this.#reset()
      return 'refused'
    }
    const address = this.#depth === 1 ? this.#begin(statement) : this.#within(statement)
    if (address === undefined) return 'nothing'
    this.#draft = draftOf(address, this.#client)
    this.#draftDepth = this.#depth
    return 'nothing'
  }

  /** The address of an IPv4 lease. */
  #begin(statement: string): string | undefined {
    const [, kind, key = ''] = ASSOCIATION.exec(statement) ?? []
    // A delegated prefix is a router's, and its addresses are whoever's behind it.
    if (kind === 'na' || kind === 'ta') this.#client = { duid: clientOf(key), from: null }
    return LEASE.exec(statement)?.[1]
  }

  /** The address of an IPv6 lease, inside its client's association. */
  #within(statement: string): string | undefined {
    const isAssociated = this.#client !== null && this.#depth === 2
    return isAssociated ? ADDRESS.exec(statement)?.[1] : undefined
  }

  #close(): LineReading {
    const draft = this.#depth === this.#draftDepth ? this.#draft : null
    // An end without a beginning: the file was cut at its head.
    if (this.#depth === 0) return 'refused'
    this.#depth -= 1
    if (this.#depth === 0) this.#client = null
    if (draft === null) return 'nothing'
    this.#draft = null
    return leaseOf(draft)
  }

  #noteClient(statement: string): void {
    const time = /^cltt (.{1,40});/.exec(statement)
    if (time !== null && this.#client !== null) this.#client.from = timeOf(time[1] ?? '') ?? null
  }
}

function draftOf(
  address: string,
  client: { readonly duid: string | null; readonly from: number | null } | null,
): Draft {
  const { duid = null, from = null } = client ?? {}
  const nothing = { mac: null, hostName: null, until: null, state: null }
  const isBroken = isIP(address) === 0 || (client !== null && duid === null)
  return { address, duid, from, ...nothing, isBroken }
}

/** What one statement says, by its first words; all others are the server's own. */
const STATEMENTS: readonly (readonly [RegExp, (draft: Draft, value: string) => boolean])[] = [
  [/^starts (.{1,40});/, noteStart],
  [/^cltt (.{1,40});/, noteStart],
  [/^ends (.{1,40});/, noteEnd],
  [/^binding state (\w{1,20});/, (draft, state) => setting(draft, { state })],
  [/^(abandoned);/, (draft, state) => setting(draft, { state })],
  [/^hardware ethernet (\S{1,20});/, noteHardware],
  [/^uid (.{1,1000});/, (draft, uid) => setting(draft, { duid: duidOfClientId(hexOf(uid) ?? '') })],
  [/^client-hostname "(.{1,255})";/, noteName],
]

function note(draft: Draft, statement: string): void {
  for (const [form, take] of STATEMENTS) {
    const value = form.exec(statement)?.[1]
    if (value === undefined) continue
    draft.isBroken ||= !take(draft, value)
    return
  }
}

function setting(draft: Draft, facts: Partial<Draft>): boolean {
  Object.assign(draft, facts)
  return true
}

/** The later of both: when it was given, and when its client was last heard of. */
function noteStart(draft: Draft, text: string): boolean {
  const time = timeOf(text)
  if (time != null) draft.from = Math.max(draft.from ?? 0, time)
  return time !== undefined
}

function noteEnd(draft: Draft, text: string): boolean {
  const time = timeOf(text)
  draft.until = time ?? null
  return time !== undefined
}

function noteHardware(draft: Draft, text: string): boolean {
  draft.mac = readMacAddress(text)
  return draft.mac !== null
}

function noteName(draft: Draft, text: string): boolean {
  draft.hostName = plainHostName(text)
  return true
}

/** Epoch ms; null for never, undefined for what is no time. UTC, unless `db-time-format local` writes epochs. */
function timeOf(text: string): number | null | undefined {
  if (text === 'never') return null
  const epoch = EPOCH.exec(text)
  if (epoch !== null) return Number(epoch[1]) * 1000
  const parts = WEEKDAY_DATE.exec(text)?.slice(1).map(Number)
  if (parts === undefined) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function clientOf(text: string): string | null {
  const hex = hexOf(text)
  return hex === null ? null : readDuid(hex.slice(IAID_LETTERS))
}

/** A text with octal escapes (`\001`), or the same as `01:02` where `lease-id-format hex` is set. */
function hexOf(text: string): string | null {
  if (!text.startsWith('"')) return readDuid(text)
  if (!/^"(?:[^"\\]|\\[0-3][0-7]{2}|\\[^0-9])*"$/.test(text)) return null
  const octets: string[] = []
  for (const [, octal, escaped, plain] of text
    .slice(1, -1)
    .matchAll(/\\([0-3][0-7]{2})|\\(.)|(.)/gs))
    octets.push(hexOctet(octal === undefined ? codeOf(escaped ?? plain ?? '') : parseInt(octal, 8)))
  return octets.join('')
}

function codeOf(letter: string): number {
  return letter.charCodeAt(0) & 0xff
}

function hexOctet(octet: number): string {
  return octet.toString(16).padStart(2, '0')
}

/** Before version 3 a lease had no state: it was there, or abandoned. */
function leaseOf(draft: Draft): Lease | 'refused' {
  const { address, mac, duid, hostName, from, until, state, isBroken } = draft
  if (isBroken) return 'refused'
  const ended = state !== null && state !== 'active'
  return { address: writtenAs(address), mac, duid, hostName, from, until, ended }
}
