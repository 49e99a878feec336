import { isIP } from 'node:net'
import { z } from 'zod'
import { readMacAddress, type MacAddress } from '../../../../rules/identity/mac-address.ts'
import { plainHostName, writtenAs } from '../leases/lease-words.ts'

/** One client as the controller has it. Times are epoch ms of the controller's clock; null: not said. */
export interface UnifiClient {
  readonly addresses: readonly string[]
  readonly mac: MacAddress
  /** Who signed in by 802.1X. */
  readonly account: string | null
  readonly hostName: string | null
  /** The access point's hardware address. */
  readonly place: string | null
  readonly at: number | null
}

export interface UnifiClients {
  readonly clients: readonly UnifiClient[]
  /** Entries that could not be read. */
  readonly bad: number
}

const word = z.string().max(256)

/**
 * An entry of `/api/s/SITE/stat/sta` (Network application up to now; field names as its own pages use
 * them), or of `/integration/v1/sites/ID/clients` (Ubiquiti's documented Network API). Others are left alone.
 */
const entry = z.union([
  z.object({
    mac: word,
    ip: word.nullish(),
    last_ipv6: z.array(word).max(64).nullish(),
    hostname: z.string().nullish(),
    name: z.string().nullish(),
    ap_mac: word.nullish(),
    last_seen: z.number().nonnegative().nullish(),
    '1x_identity': word.nullish(),
  }),
  z
    .object({ macAddress: word, ipAddress: word.nullish(), name: z.string().nullish() })
    .transform(({ macAddress, ipAddress, name }) => ({ mac: macAddress, ip: ipAddress, name })),
])

const answer = z.object({ data: z.array(z.unknown()) })

const MAX_CLIENTS = 100_000

/** A `Sighting` has no more. */
const MAX_ADDRESSES = 32

/** What a controller answered; a text for what is no such answer. Never throws. */
export function parseUnifi(text: string): UnifiClients | string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return 'it is no JSON, or half written'
  }
  const list = Array.isArray(json) ? { data: json as unknown[] } : answer.safeParse(json).data
  if (list === undefined) return 'it has no list `data` of clients'
  const clients: UnifiClient[] = []
  let bad = Math.max(0, list.data.length - MAX_CLIENTS)
  for (const one of list.data.slice(0, MAX_CLIENTS)) {
    const client = clientOf(one)
    if (client === null) bad += 1
    else if (client.addresses.length > 0) clients.push(client)
  }
  return { clients, bad }
}

function clientOf(one: unknown): UnifiClient | null {
  const parsed = entry.safeParse(one)
  if (!parsed.success) return null
  const facts: Partial<z.output<(typeof entry.options)[0]>> = parsed.data
  const mac = readMacAddress(facts.mac ?? '')
  const found = [facts.ip, ...(facts.last_ipv6 ?? [])].filter((address) => address != null)
  const addresses = found.filter((address) => address !== '').slice(0, MAX_ADDRESSES)
  if (mac === null || addresses.some((address) => isIP(address) === 0)) return null
  return {
    addresses: addresses.map(writtenAs),
    mac,
    account: facts['1x_identity'] ?? null,
    hostName: plainHostName(facts.hostname ?? facts.name ?? ''),
    place: readMacAddress(facts.ap_mac ?? ''),
    at: facts.last_seen == null ? null : facts.last_seen * 1000,
  }
}
