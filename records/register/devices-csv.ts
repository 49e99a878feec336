import { isIP, SocketAddress } from 'node:net'
import {
  DEVICE_STATES,
  ROLES,
  type AssetFacts,
  type DeviceFacts,
  type DeviceState,
  type Role,
} from '../../rules/subject.ts'
import { readMacAddress, type MacAddress } from '../../rules/identity/mac-address.ts'
import type { Problem } from '../../rules/policy/yaml-source.ts'
import { CellReader } from './cell-readers.ts'
import { readTable, type CsvStyle, type Problems, type Table, type TableRow } from './csv-table.ts'

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
    // The asset register (requirements.md A125, A243).
    ...['asset_tag', 'serial', 'make', 'model', 'location', 'bought', 'warranty_ends'],
    ...['disposed_on', 'disposal_ref'],
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
  { others = [], ...style }: DevicesStyle = {},
): Table<DeviceFacts> | Problems {
  const places = placesOf(others)
  const source = { text, file, columns: COLUMNS, key: 'id', ...style }
  return readTable(source, (row, report) => readDevice(row, report, { knownPeople, places }))
}

export interface DevicesStyle extends CsvStyle {
  /** Devices that stay beside those of the file, with what is theirs. */
  readonly others?: readonly DeviceFacts[]
}

/** What tells one device from another, in words of a column. */
type Unique = 'octet' | 'address' | 'mac' | 'asset_tag' | 'serial'

interface Others {
  readonly knownPeople: ReadonlySet<string> | null
  /** Which device has an octet or address already: two devices at one would be mistaken for each other. */
  readonly places: Readonly<Record<Unique, Map<string, string>>>
}

function placesOf(others: readonly DeviceFacts[]): Others['places'] {
  const places = {
    octet: new Map<string, string>(),
    address: new Map<string, string>(),
    mac: new Map<string, string>(),
    asset_tag: new Map<string, string>(),
    serial: new Map<string, string>(),
  }
  for (const { id, octet, addresses, macs = [], asset } of others) {
    if (octet !== null) places.octet.set(String(octet), id)
    for (const address of addresses) places.address.set(address, id)
    for (const mac of macs) places.mac.set(mac, id)
    if (asset?.tag !== undefined) places.asset_tag.set(asset.tag, id)
    if (asset?.serial !== undefined) places.serial.set(asset.serial, id)
  }
  return places
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
  const asset = readAsset(cells, ownership)
  if (asset?.tag !== undefined)
    claim(cells, 'asset_tag', places.asset_tag, { id, place: asset.tag })
  if (asset?.serial !== undefined)
    claim(cells, 'serial', places.serial, { id, place: asset.serial })
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
    ...(asset === null ? {} : { asset }),
  }
}

/** What labels and delivery notes hold; a page of text is a moved column. */
const MAX_ASSET_LETTERS = 60

/** Null where no column of the asset register says anything. */
function readAsset(cells: CellReader, ownership: 'personal' | 'school'): AssetFacts | null {
  const text = (column: string) =>
    cells.optional(column, () => cells.plain(column, MAX_ASSET_LETTERS))
  const day = (column: string) => cells.optional(column, () => cells.day(column))
  const asset = {
    ...{ tag: text('asset_tag'), serial: text('serial'), make: text('make') },
    ...{ model: text('model'), location: text('location'), bought: day('bought') },
    ...{ warrantyEnds: day('warranty_ends'), disposedOn: day('disposed_on') },
    disposalRef: text('disposal_ref'),
  }
  const known = Object.entries(asset).filter(([, value]) => value !== null)
  if (known.length === 0) return null
  const own = (['asset_tag', 'serial'] as const).find((column) => cells.text(column) !== '')
  if (ownership === 'personal' && own !== undefined)
    cells.refuse(own, 'is kept of the school’s own devices alone')
  return Object.fromEntries(known)
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
  column: Unique,
  taken: Map<string, string>,
  { id, place }: { readonly id: string; readonly place: string },
): void {
  const owner = taken.get(place)
  if (owner === undefined) taken.set(place, id)
  else cells.refuse(column, `\`${place}\` belongs to device \`${owner}\` already`)
}
