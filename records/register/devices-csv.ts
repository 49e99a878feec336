import { isIP, SocketAddress } from 'node:net'
import {
  DEVICE_STATES,
  ROLES,
  type DeviceFacts,
  type DeviceState,
  type Role,
} from '../../rules/subject.ts'
import { readMacAddress, type MacAddress } from '../../rules/identity/mac-address.ts'
import type { Problem } from '../../rules/policy/yaml-source.ts'
import { CellReader } from './cell-readers.ts'
import { readTable, type Problems, type Table, type TableRow } from './csv-table.ts'

const COLUMNS = {
  required: ['id', 'role', 'ownership', 'type', 'state', 'aup', 'posture'],
  // `note` is for whoever keeps the file. It stays there: free text names people, and the ledger can't forget.
  optional: [
    'octet',
    'address',
    'mac',
    'person_ref',
    'phase',
    'year',
    'grant',
    'voucher',
    'exam_candidate',
    'school_ca',
    'note',
  ],
} as const

/**
 * The devices of a devices.csv by id. `knownPeople` are the references that people.csv has, null
 * where that can't be told: a device of somebody unknown is refused, for a misspelt reference
 * would detach a device from its person's state.
 */
export function readDevicesCsv(
  text: string,
  file: string,
  knownPeople: ReadonlySet<string> | null,
): Table<DeviceFacts> | Problems {
  const places = {
    octet: new Map<string, string>(),
    address: new Map<string, string>(),
    mac: new Map<string, string>(),
  }
  return readTable({ text, file, columns: COLUMNS, key: 'id' }, (row, report) =>
    readDevice(row, report, { knownPeople, places }),
  )
}

interface Others {
  readonly knownPeople: ReadonlySet<string> | null
  /** Which device has an octet or address already: two devices at one would be mistaken for each other. */
  readonly places: Readonly<Record<'octet' | 'address' | 'mac', Map<string, string>>>
}

function readDevice(
  row: TableRow,
  report: (problem: Problem) => void,
  { knownPeople, places }: Others,
): DeviceFacts {
  const cells = new CellReader(row, report)
  const id = cells.reference('id')
  const ownership = cells.oneOf('ownership', ['personal', 'school'])
  const octet = cells.optional('octet', () => cells.whole('octet', 1, 254))
  const addresses = readAddresses(cells)
  const macs = readMacs(cells)
  if (octet !== null) claim(cells, 'octet', places.octet, { id, place: String(octet) })
  for (const place of addresses) claim(cells, 'address', places.address, { id, place })
  for (const place of macs) claim(cells, 'mac', places.mac, { id, place })
  return {
    id,
    personRef: readPersonRef(cells, knownPeople),
    role: cells.oneOf<Role>('role', ROLES),
    phase: readPhase(cells),
    year: cells.optional('year', () => cells.whole('year', 0, MAX_YEAR)),
    ownership,
    type: cells.word('type'),
    state: cells.oneOf<DeviceState>('state', DEVICE_STATES),
    aup: cells.oneOf('aup', ['signed', 'missing']),
    posture: readPosture(cells),
    grant: cells.optional('grant', () => cells.oneOf('grant', ['medical', 'dependant_illness'])),
    voucher: cells.optional('voucher', () => cells.oneOf('voucher', ['active', 'expired'])),
    examCandidate: readYes(cells, 'exam_candidate') ?? false,
    carriesCa: readYes(cells, 'school_ca') ?? ownership === 'school',
    octet,
    addresses,
    ...(macs.length === 0 ? {} : { macs }),
  }
}

/** Reception is year 0 and the upper sixth year 13; a trust may count one more. */
export const MAX_YEAR = 14

/** A laptop has a wired and a wireless address in two families; more is a router. */
const MAX_ADDRESSES = 8

function readPersonRef(cells: CellReader, known: ReadonlySet<string> | null): string | null {
  const ref = cells.optional('person_ref', () => cells.reference('person_ref'))
  if (ref !== null && known?.has(ref) === false)
    cells.refuse('person_ref', `\`${ref}\` is not in people.csv`)
  return ref
}

/** Phases are the policy's own words, so only their presence can be checked here. */
function readPhase(cells: CellReader): string | null {
  const phase = cells.optional('phase', () => cells.word('phase'))
  // The text, not the role that was read: a misspelt role is reported once, not as two mistakes.
  const role = cells.text('role')
  if (role === 'pupil' && phase === null) cells.refuse('phase', 'missing: a pupil has a phase')
  if (OTHER_ROLES.includes(role) && phase !== null)
    cells.refuse('phase', 'only pupils have a phase')
  return phase
}

const OTHER_ROLES: readonly string[] = ROLES.filter((role) => role !== 'pupil')

function readPosture(cells: CellReader): string {
  const text = cells.text('posture')
  if (/^failed:[a-z][a-z0-9_]{0,31}$/.test(text)) return text
  if (text.startsWith('failed')) {
    cells.refuse('posture', 'a failed check is named after a colon, as in `failed:disk_encryption`')
    return text
  }
  return cells.oneOf('posture', ['ok', 'not_applicable', 'stale'])
}

function readYes(cells: CellReader, column: string): boolean | null {
  return cells.optional(column, () => cells.oneOf(column, ['yes', 'no']) === 'yes')
}

/** Addresses in the form in which a socket tells them. */
function readAddresses(cells: CellReader): string[] {
  return wordsOf(cells, 'address').map((word) => {
    const family = isIP(word)
    if (family === 0) cells.refuse('address', `\`${word.slice(0, 60)}\` is not an IP address`)
    // `2001:DB8::0:1` and `2001:db8::1` are one address, and only the second is what a socket says.
    return family === 6 ? new SocketAddress({ address: word, family: 'ipv6' }).address : word
  })
}

/** Hardware addresses, in any of the spellings of leases and labels; one that is none refuses its row. */
function readMacs(cells: CellReader): MacAddress[] {
  return wordsOf(cells, 'mac').flatMap((word) => {
    const mac = readMacAddress(word)
    if (mac === null)
      cells.refuse('mac', `\`${word.slice(0, 60)}\` is not the hardware address of one device`)
    return mac ?? []
  })
}

function wordsOf(cells: CellReader, column: 'address' | 'mac'): readonly string[] {
  const words = cells
    .text(column)
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length <= MAX_ADDRESSES) return words
  cells.refuse(column, `${words.length} addresses, a device has at most ${MAX_ADDRESSES}`)
  return []
}

function claim(
  cells: CellReader,
  column: 'octet' | 'address' | 'mac',
  taken: Map<string, string>,
  { id, place }: { readonly id: string; readonly place: string },
): void {
  const owner = taken.get(place)
  if (owner === undefined) taken.set(place, id)
  else cells.refuse(column, `\`${place}\` belongs to device \`${owner}\` already`)
}
