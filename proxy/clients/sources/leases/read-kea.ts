import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { readMacAddress } from '../../../../rules/identity/mac-address.ts'
import { duidOfClientId, readDuid } from './duid.ts'
import type { LeaseFormat, LineReading, ReadLine } from './lease.ts'
import { plainHostName, writtenAs } from './lease-words.ts'

/**
 * The leases of Kea's memfile backend, DHCPv4 and DHCPv6 (Kea ARM, "Memfile"): CSV with a head, to which
 * records are added, the later one of an address replacing the earlier. Columns are found by name, because
 * versions add some. A cleanup moves the file aside (`.1`), merges it with `.2` and ends with `.2` again.
 */
export const KEA: LeaseFormat = { mode: 'grows', reader: keaReader, before: mergedFiles }

/** Of RFC 2131: for ever. */
const INFINITE = 0xffff_ffff

/** `lease_type` of an IPv6 lease. A prefix is a router's. */
const DELEGATED_PREFIX = '2'

const DEFAULT_STATE = '0'

const MAX_COLUMNS = 64

/** As Kea itself reads them at a start (`Memfile_LeaseMgr::loadLeasesFromFiles`). */
function mergedFiles(path: string): readonly string[] {
  const completed = `${path}.completed`
  return existsSync(completed) ? [completed] : [`${path}.2`, `${path}.1`]
}

function keaReader(): ReadLine {
  let columns: ReadonlyMap<string, number> = new Map()
  return (line) => {
    if (line === '') return 'nothing'
    const fields = line.split(',', MAX_COLUMNS)
    if (fields[0] === 'address') {
      columns = new Map(fields.map((name, at) => [name, at]))
      return 'nothing'
    }
    // A record that was cut has fewer fields than the head; older versions wrote fewer, too, but those in use.
    return columns.size === 0 ? 'refused' : readRecord((name) => fields[columns.get(name) ?? -1])
  }
}

type Field = (name: string) => string | undefined

function readRecord(field: Field): LineReading {
  const address = field('address') ?? ''
  const state = field('state') ?? DEFAULT_STATE
  const times = timesOf(field)
  const client = clientOf(field)
  if (isIP(address) === 0 || times === null || client === null || !/^\d{1,3}$/.test(state))
    return 'refused'
  if (field('lease_type') === DELEGATED_PREFIX) return 'nothing'
  const { isOver, from, until } = times
  const hostName = plainHostName(unescaped(field('hostname') ?? ''))
  const ended = isOver || state !== DEFAULT_STATE
  return { address: writtenAs(address), ...client, hostName, from, until, ended }
}

/** A lease that was taken out is written once more, with no time left. */
function timesOf(field: Field) {
  const [lifetime, expire] = [secondsOf(field('valid_lifetime')), secondsOf(field('expire'))]
  if (lifetime === null || expire === null) return null
  if (lifetime === INFINITE) return { from: null, until: null, isOver: false }
  return { from: (expire - lifetime) * 1000, until: expire * 1000, isOver: lifetime === 0 }
}

/** A declined address is nobody's: its record names no hardware. */
function clientOf(field: Field) {
  const hardware = field('hwaddr') ?? ''
  const mac = readMacAddress(hardware)
  const duid = readDuid(field('duid') ?? '') ?? duidOfClientId(field('client_id') ?? '')
  return mac === null && hardware !== '' ? null : { mac, duid }
}

function secondsOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : null
}

/** Commas in a name are `&#x2c`. */
function unescaped(text: string): string {
  return text.replaceAll(/&#x([0-9a-f]{2})/gi, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}
