import { isIP } from 'node:net'
import { readBinding, readEnded, type PresenceEntry } from './presence-store.ts'
import type { SharedKind } from './shared-kind.ts'

/** Fields of an address's hash, in the order in which values are sent and asked for. */
export const PRESENCE_FIELDS = [
  'gate',
  'at',
  'expires',
  'device',
  'person',
  'confidence',
  'doubt',
  'mac',
  'place',
  'zone',
  'evidence',
  'since',
  'last_seen',
  'until',
  'ended',
] as const

/** The longest that a gate writes: eight pieces of evidence, each with a reporter of 256 letters. */
const MAX_FIELD_OCTETS = 32_768

/** Flat texts, empty where nothing is known; without a confidence nobody is there. */
function fieldsOf({ gate, at, expires, binding, ended }: PresenceEntry): readonly string[] {
  const { device, person, confidence, doubt, mac, place, zone } = binding ?? {}
  const texts = [device, person, confidence, doubt, mac, place, zone].map((one) => one ?? '')
  const { evidence = [], since = '', lastSeen = '', expires: until = '' } = binding ?? {}
  return [
    ...[gate, String(at), String(expires)],
    ...texts,
    ...[JSON.stringify(evidence), String(since), String(lastSeen), String(until)],
    JSON.stringify(ended),
  ]
}

/** The entry that the fields of an address's hash hold; null for what is none. Never throws. */
function entryFrom(address: string, values: readonly (string | null)[]): PresenceEntry | null {
  if (isIP(address) === 0 || values.length !== PRESENCE_FIELDS.length) return null
  const fields = new Map(PRESENCE_FIELDS.map((name, i) => [name, values[i] ?? null]))
  const textOf = (name: (typeof PRESENCE_FIELDS)[number]): string => fields.get(name) ?? ''
  const ended = readEnded(textOf('ended'))
  const [at, expires] = [timeOf(textOf('at')), timeOf(textOf('expires'))]
  const gate = textOf('gate')
  if (ended === null || at === null || expires === null || gate.length > 256) return null
  const entry = { address, gate, at, expires, ended }
  if (textOf('confidence') === '') return { ...entry, binding: null }
  const binding = bindingFrom(address, textOf)
  return binding === null ? null : { ...entry, binding }
}

function bindingFrom(address: string, textOf: (name: (typeof PRESENCE_FIELDS)[number]) => string) {
  const orNull = (text: string): string | null => (text === '' ? null : text)
  const told = {
    address,
    device: orNull(textOf('device')),
    person: orNull(textOf('person')),
    confidence: textOf('confidence'),
    doubt: orNull(textOf('doubt')),
    mac: orNull(textOf('mac')),
    place: orNull(textOf('place')),
    zone: orNull(textOf('zone')),
    evidence: parsed(textOf('evidence')),
    since: timeOf(textOf('since')),
    lastSeen: timeOf(textOf('last_seen')),
    expires: timeOf(textOf('until')),
  }
  return readBinding(JSON.stringify(told))
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

/** Epoch ms, as `String` writes them. */
function timeOf(text: string): number | null {
  return /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : null
}

/** Who is at which address, for the site. */
export const PRESENCE_KIND: SharedKind<PresenceEntry> = {
  prefix: 'presence:',
  fields: PRESENCE_FIELDS,
  // An IPv6 address with a zone is shorter.
  longestKey: 64,
  longestField: MAX_FIELD_OCTETS,
  page: 200,
  isKey: (key) => isIP(key) !== 0,
  keyOf: ({ address }) => address,
  fieldsOf,
  entryFrom,
}
