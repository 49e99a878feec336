import type { ExportSource } from '../../rules/posture/export-rules.ts'
import type { OperatingSystem, PostureFacts } from '../../rules/posture/posture-report.ts'
import { decodeText } from '../imports/decode-text.ts'
import { csvTextOf, type ImportSource } from '../imports/import-source.ts'
import { Problems, readTable } from '../register/csv-table.ts'

/** What a device management last knew of one device. */
export interface ExportedDevice {
  readonly serial: string
  /** When it last heard of the device, epoch ms. */
  readonly seenAt: number
  readonly facts: PostureFacts
}

export interface ReadExport {
  readonly devices: readonly ExportedDevice[]
  readonly problems: Problems
}

type Get = (path: string) => string
interface Fields {
  readonly serial: string
  readonly seen: string
  /** Where the list is in a JSON answer. */
  readonly list: string
  readonly facts: (get: Get) => Partial<Omit<PostureFacts, 'os'>> & {
    readonly os: OperatingSystem | null
  }
}

/**
 * The fields that are read, in lower case, as their makers publish them:
 * - google: `ChromeOsDevice` of the Admin SDK's Directory API, as JSON or as the columns that GAM prints of it;
 * - intune: `managedDevice` of Microsoft Graph v1.0, as JSON or as columns of the same names (`Export-Csv`);
 * - jamf: `computers-inventory` of the Jamf Pro API, JSON alone: no published CSV has these fields by a fixed name.
 */
const FIELDS: Readonly<Record<ExportSource, Fields>> = {
  google: {
    ...{ serial: 'serialnumber', seen: 'lastsync', list: 'chromeosdevices' },
    facts: (get) => ({
      ...{ os: 'chromeos', os_version: textOf(get('osversion')) },
      ...{ mdm: get('status') === '' ? null : get('status').toUpperCase() === 'ACTIVE' },
      // `Verified` or `Dev`: a developer's boot runs what nobody has signed.
      jailbroken: get('bootmode') === '' ? null : get('bootmode').toLowerCase() !== 'verified',
    }),
  },
  intune: {
    ...{ serial: 'serialnumber', seen: 'lastsyncdatetime', list: 'value' },
    facts: (get) => ({
      ...{ os: systemOf(get('operatingsystem')), os_version: textOf(get('osversion')) },
      ...{ disk_encrypted: yesOf(get('isencrypted')), jailbroken: yesOf(get('jailbroken')) },
      // Whoever is listed is managed, until it says that this is to end (`retirePending` and others).
      mdm: ['', 'managed'].includes(get('managementstate').toLowerCase()),
    }),
  },
  jamf: {
    ...{ serial: 'hardware.serialnumber', seen: 'general.lastcontacttime', list: 'results' },
    facts: (get) => ({
      ...{ os: 'macos', os_version: textOf(get('operatingsystem.version')) },
      ...{ os_build: textOf(get('operatingsystem.build')) },
      firewall: yesOf(get('security.firewallenabled')),
      mdm: yesOf(get('general.remotemanagement.managed')),
      disk_encrypted: encryptionOf(
        get('diskencryption.bootpartitionencryptiondetails.partitionfilevault2state'),
      ),
    }),
  },
}

/** The devices of an export that was made by `now` (epoch ms). Bad rows are left out and told. Never throws. */
export function readExport(
  from: ExportSource,
  source: ImportSource,
  now: number,
): ReadExport | Problems {
  const decoded = decodeText(source.octets)
  const isJson = 'text' in decoded && /^\s*[[{]/.test(decoded.text)
  const read = isJson ? readJson(from, source.name, decoded.text) : readRows(from, source)
  if (read instanceof Problems) return read
  const devices = new Map<string, ExportedDevice>()
  for (const { place, get } of read.rows) {
    const device = deviceOf(from, get, now)
    if (typeof device === 'string') read.problems.add({ ...place, message: device })
    else if (devices.has(device.serial))
      read.problems.add({ ...place, message: `\`${device.serial}\` is there twice` })
    else devices.set(device.serial, device)
  }
  return { devices: [...devices.values()], problems: read.problems }
}

interface Row {
  readonly place: { readonly file: string; line: number; col: number; path: string }
  readonly get: Get
}

interface Rows {
  readonly rows: readonly Row[]
  readonly problems: Problems
}

/** Twice a large trust. */
const MAX_DEVICES = 200_000
const MAX_PROBLEMS = 10_000

function readRows(from: ExportSource, source: ImportSource): Rows | Problems {
  const csv = csvTextOf(source)
  const problems = new Problems(MAX_PROBLEMS)
  const place = { file: source.name, line: 1, col: 1, path: '' }
  const say = (message: string): Problems => {
    problems.add({ ...place, message })
    return problems
  }
  if (!('text' in csv)) return say(csv.message)
  if (from === 'jamf') return say('the JSON of `computers-inventory` is read of Jamf, and no CSV')
  const { serial, seen } = FIELDS[from]
  const columns = {
    required: [serial, seen],
    optional: [
      ...['osversion', 'status', 'bootmode', 'operatingsystem', 'isencrypted', 'jailbroken'],
      'managementstate',
    ],
  }
  const wanted = { text: csv.text, file: csv.file, columns, key: serial, foreign: true }
  const table = readTable({ ...wanted, ...csv.style }, (row): Row => {
    const at = { ...place, line: row.line }
    return { place: at, get: (path) => row.cell(path) }
  })
  return table instanceof Problems
    ? table
    : { rows: [...table.rows.values()], problems: table.problems }
}

function readJson(from: ExportSource, file: string, text: string): Rows | Problems {
  const problems = new Problems(MAX_PROBLEMS)
  const place = { file, line: 1, col: 1, path: '' }
  let list: unknown
  try {
    const parsed: unknown = JSON.parse(text)
    // It begins with a bracket, so it is one of the two.
    list = Array.isArray(parsed) ? parsed : (parsed as Record<string, unknown>)[FIELDS[from].list]
  } catch (cause) {
    problems.add({ ...place, message: cause instanceof Error ? cause.message : String(cause) })
    return problems
  }
  if (!Array.isArray(list) || list.length > MAX_DEVICES) {
    const message = `no list \`${FIELDS[from].list}\` of at most ${MAX_DEVICES} devices`
    problems.add({ ...place, message })
    return problems
  }
  const rows = list.map((device: unknown, index): Row => {
    const fields = new Map<string, string>()
    flatten(device, '', fields)
    return { place: { ...place, path: `[${index}]` }, get: (path) => fields.get(path) ?? '' }
  })
  return { rows, problems }
}

/** As deep as any field that is read. */
const MAX_DEPTH = 3

function flatten(value: unknown, path: string, fields: Map<string, string>, depth = 0): void {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    fields.set(path, String(value))
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return
  for (const [key, inner] of Object.entries(value)) {
    const name = key.toLowerCase()
    flatten(inner, path === '' ? name : `${path}.${name}`, fields, depth + 1)
  }
}

/** A clock may be off by some minutes; a time further ahead would keep the device good for longer. */
const MAX_AHEAD_MS = 5 * 60_000

function deviceOf(from: ExportSource, get: Get, now: number): ExportedDevice | string {
  const { serial: serialField, seen, facts: factsOf } = FIELDS[from]
  const serial = get(serialField).trim()
  if (!/^[\x21-\x7e][\x20-\x7e]{0,59}$/.test(serial))
    return `\`${serialField}\` is missing or no number`
  const seenAt = Date.parse(get(seen))
  if (Number.isNaN(seenAt)) return `\`${serial}\`: \`${seen}\` is no time`
  if (seenAt > now + MAX_AHEAD_MS) return `\`${serial}\`: \`${seen}\` is yet to come`
  const { os, ...told } = factsOf(get)
  if (os === null) return `\`${serial}\` runs a system that is none of ours`
  return { serial, seenAt, facts: { ...UNKNOWN, agent_version: from, ...told, os } }
}

/** Nothing is known but that no agent of ours could have been changed. */
const UNKNOWN: Omit<PostureFacts, 'os' | 'agent_version'> = {
  ...{ os_version: null, os_build: null, patch_age_days: null, screen_lock: null },
  ...{ auto_lock_min: null, disk_encrypted: null, firewall: null, jailbroken: null },
  av: { product: null, running: null, defs_age_days: null },
  ...{ unknown_sources: null, mdm: null, vpn_or_proxy_profile: null, school_ca_present: null },
  ...{ bluetooth_discoverable: null, tamper: false },
}

function textOf(text: string): string | null {
  return text === '' ? null : text.slice(0, 64)
}

function yesOf(text: string): boolean | null {
  const word = text.toLowerCase()
  if (word === 'true') return true
  return word === 'false' ? false : null
}

/** `ENCRYPTED`, and every other word of Jamf's means that the disk can be read, now or for a while. */
function encryptionOf(state: string): boolean | null {
  return state === '' || state === 'UNKNOWN' ? null : state === 'ENCRYPTED'
}

const SYSTEMS: readonly (readonly [word: string, os: OperatingSystem])[] = [
  ['windows', 'windows'],
  ['ipados', 'ipados'],
  ['ios', 'ios'],
  ['macos', 'macos'],
  ['android', 'android'],
  ['chromeos', 'chromeos'],
  ['linux', 'linux'],
]

function systemOf(text: string): OperatingSystem | null {
  const word = text.toLowerCase().replaceAll(' ', '')
  return SYSTEMS.find(([start]) => word.startsWith(start))?.[1] ?? null
}
