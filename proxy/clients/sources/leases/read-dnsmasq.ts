import { isIP } from 'node:net'
import { readMacAddress } from '../../../../rules/identity/mac-address.ts'
import { duidOfClientId, readDuid } from './duid.ts'
import type { LeaseFormat, LineReading } from './lease.ts'
import { plainHostName, writtenAs } from './lease-words.ts'

/**
 * The leases of dnsmasq, a line each (`lease.c`, `lease_update_file`):
 * `EXPIRY MAC ADDRESS NAME CLIENT-ID`, then `duid ...` with the server's own, then those of DHCPv6,
 * `EXPIRY IAID ADDRESS NAME DUID`. Expiry is epoch seconds, 0 for ever; `*` is nothing. The file is written
 * anew in place, so a lease that is missing may be the half that is not written yet: it ends by itself.
 */
export const DNSMASQ: LeaseFormat = { mode: 'whole', reader: () => readLine }

const LINE = /^(\d{1,12}) (\S{1,80}) (\S{2,45}) (\S{1,255}) (\S{1,600})$/

/** Hardware that is no Ethernet has its type in front (`20-...`), IEEE 802 with 6 or none. */
const HARDWARE_TYPE = /^([0-9a-f]{2})-/i
const IEEE_802 = '06'

function readLine(line: string): LineReading {
  if (line === '' || line.startsWith('duid ')) return 'nothing'
  const fields = LINE.exec(line)?.slice(1)
  if (fields === undefined) return 'refused'
  const [expiry, who, where, name, client] = fields as [string, string, string, string, string]
  const known = isIP(where) === 6 ? ofVersion6(who, client) : ofVersion4(who, client)
  if (isIP(where) === 0 || known === null) return 'refused'
  const until = Number(expiry) === 0 ? null : Number(expiry) * 1000
  const hostName = plainHostName(name)
  return { ...known, address: writtenAs(where), hostName, from: null, until, ended: false }
}

function ofVersion4(hardware: string, client: string) {
  const [typed, type = IEEE_802] = HARDWARE_TYPE.exec(hardware) ?? ['']
  const mac = readMacAddress(hardware.slice(typed.length))
  if (type !== IEEE_802) return { mac: null, duid: duidOfClientId(client) }
  return mac === null ? null : { mac, duid: duidOfClientId(client) }
}

/** The number of the interface may have a T in front, of a temporary address. */
function ofVersion6(interfaceNumber: string, client: string) {
  const duid = readDuid(client)
  if (!/^T?\d{1,10}$/.test(interfaceNumber) || (duid === null && client !== '*')) return null
  return { mac: null, duid }
}
