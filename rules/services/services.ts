import { coversHost, parseHostPattern } from '../policy/host-pattern.ts'
import type { HostPattern } from '../policy/policy.ts'
import { SERVICE_TABLE } from './service-table.ts'

/** The hosts of one thing that people know by a name, opened or closed as one. */
export interface Service {
  /** As policies write it: `service: youtube`. */
  readonly id: string
  readonly name: string
  /** The category of its main hosts; each of them may be in others as well. */
  readonly category: string
  readonly hosts: readonly HostPattern[]
}

/** In the table's order: kinds together, by id in each. */
export const SERVICES: readonly Service[] = readTable(SERVICE_TABLE)

const BY_ID: ReadonlyMap<string, Service> = new Map(
  SERVICES.map((service) => [service.id, service]),
)

export function findService(id: string): Service | undefined {
  return BY_ID.get(id)
}

/** The services that a canonical host name is part of; most names are part of none. */
export function servicesOf(host: string): readonly Service[] {
  return SERVICES.filter(({ hosts }) => hosts.some((pattern) => coversHost(pattern, host)))
}

/** INVARIANT: `test/rules/services` reads every line of the table, so a fault here never ships. */
function readTable(table: string): Service[] {
  const services: { id: string; name: string; category: string; hosts: HostPattern[] }[] = []
  for (const line of table.split('\n')) {
    if (line === '') continue
    if (line.startsWith(' ')) services.at(-1)?.hosts.push(...line.trim().split(/ +/).map(hostOf))
    else services.push({ ...headOf(line), hosts: [] })
  }
  return services
}

function headOf(line: string): { id: string; category: string; name: string } {
  const [id = '', category = '', ...words] = line.split(' ')
  return { id, category, name: words.join(' ') }
}

function hostOf(text: string): HostPattern {
  const host = parseHostPattern(text)
  if (host === undefined) throw new Error(`service table: \`${text}\` is no host`)
  return host
}
