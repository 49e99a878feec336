import { isIP } from 'node:net'
import { readMacAddress } from '../../../../rules/identity/mac-address.ts'
import { readDuid } from './duid.ts'
import type { LeaseFormat, LineReading, ReadLine } from './lease.ts'
import { plainHostName, writtenAs } from './lease-words.ts'

/**
 * What Windows' DHCP server exports: `Get-DhcpServerv4Lease` or `Get-DhcpServerv6Lease` through `Export-Csv`,
 * columns as the classes `DhcpServerv4Lease` and `DhcpServerv6Lease` of Microsoft's provider have them. Times
 * are in the exporting user's culture unless the export writes them as ISO 8601 (`.ToString('o')`): one
 * that is not is left out, because 03/04 is a day in March or in April.
 */
export const WINDOWS: LeaseFormat = { mode: 'whole', reader: windowsReader }

/** Values of `AddressState`; an export without that column has active leases alone. */
const HELD = new Set(['Active', 'ActiveReservation'])
const NOT_HELD = new Set(['Offered', 'Declined', 'Expired', 'InactiveReservation', 'Inactive'])

const MAX_COLUMNS = 64

const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?(?:Z|[+-]\d{2}:\d{2})$/

function windowsReader(): ReadLine {
  let columns: ReadonlyMap<string, number> = new Map()
  return (line) => {
    // PowerShell 5 says first of which type the rows are, and a file in UTF-8 may begin with its mark.
    const text = line.replace(/^\ufeff/, '')
    if (text === '' || text.startsWith('#TYPE ')) return 'nothing'
    const fields = fieldsOf(text)
    if (fields === null) return 'refused'
    if (fields.includes('IPAddress')) {
      columns = new Map(fields.map((name, at) => [name, at]))
      return 'nothing'
    }
    // A row that was cut has fewer fields than the head.
    if (columns.size === 0 || fields.length !== columns.size) return 'refused'
    return readRow((name) => fields[columns.get(name) ?? -1] ?? '')
  }
}

/** A row's fields (RFC 4180); null for one whose quotes don't match. */
function fieldsOf(row: string): readonly string[] | null {
  if (!/^(?:"(?:[^"]|"")*"|[^",]*)(?:,(?:"(?:[^"]|"")*"|[^",]*))*$/.test(row)) return null
  const fields = [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)]
  if (fields.length > MAX_COLUMNS) return null
  return fields.map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain)
}

function readRow(field: (name: string) => string): LineReading {
  const address = field('IPAddress')
  const state = field('AddressState')
  const isKnown = state === '' || HELD.has(state) || NOT_HELD.has(state)
  const client = clientOf(field)
  if (isIP(address) === 0 || !isKnown || client === null) return 'refused'
  const expiry = field('LeaseExpiryTime')
  return {
    ...client,
    address: writtenAs(address),
    hostName: plainHostName(field('HostName')),
    from: null,
    until: ISO_8601.test(expiry) ? Date.parse(expiry) : null,
    ended: NOT_HELD.has(state),
  }
}

/** `ClientId` is the hardware address for most clients, and else what the client calls itself. */
function clientOf(field: (name: string) => string) {
  const [clientId, clientDuid] = [field('ClientId'), field('ClientDuid')]
  const mac = readMacAddress(clientId)
  const duid = readDuid(clientDuid)
  return clientId === '' && duid === null ? null : { mac, duid }
}
