import { OPERATING_SYSTEMS, type PostureReport, type SignedReport } from './posture-report.ts'

/** A report without applications is some 700 octets, one with 1,000 of them 100 KB. */
export const MAX_REPORT_OCTETS = 256 * 1024

const MAX_APPS = 2000

/** Whose device: a report of a personal one holds less. */
export type Ownership = 'personal' | 'school'

export type ReadReport =
  | { readonly ok: true; readonly signed: SignedReport }
  /** `forbidden`: it holds what nobody may send of such a device. `path` is a dotted field. */
  | {
      readonly ok: false
      readonly reason: 'malformed' | 'forbidden'
      readonly path: string
      readonly message: string
    }

/** What a field may hold; the text says what was expected instead. Foreign values, so of any type. */
type Reader = (value: unknown) => string | null

/** Never sent, whatever it is called; said apart from a misspelt field, because it is no mistake. */
const FORBIDDEN = new RegExp(
  `(?:^|[^a-z])(?:${[
    ...['app', 'software', 'program', 'process', 'contact', 'message', 'mail', 'call', 'content'],
    ...['photo', 'picture', 'image', 'file', 'document', 'clipboard', 'keystroke', 'screenshot'],
    ...['brows', 'histor', 'url', 'visit', 'search', 'bookmark', 'location', 'gps', 'latitude'],
    ...['longitude', 'pin', 'password', 'passcode'],
  ].join('|')})`,
)

const REPORT_FIELDS: Readonly<Record<keyof PostureReport, Reader>> = {
  device_id: text(128),
  nonce: matching(/^[A-Za-z0-9_-]{22,86}$/, '16 to 64 octets as base64url'),
  ts: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/, 'a time as 2026-11-25T09:00:00Z'),
  agent_version: text(32),
  os: oneOf(OPERATING_SYSTEMS),
  os_version: orUnknown(text(64)),
  os_build: orUnknown(text(128)),
  patch_age_days: orUnknown(whole(36_500)),
  screen_lock: orUnknown(yesOrNo),
  auto_lock_min: orUnknown(whole(100_000)),
  disk_encrypted: orUnknown(yesOrNo),
  av: record({
    product: orUnknown(text(128)),
    running: orUnknown(yesOrNo),
    defs_age_days: orUnknown(whole(36_500)),
  }),
  firewall: orUnknown(yesOrNo),
  jailbroken: orUnknown(yesOrNo),
  unknown_sources: orUnknown(yesOrNo),
  mdm: orUnknown(yesOrNo),
  vpn_or_proxy_profile: orUnknown(yesOrNo),
  school_ca_present: orUnknown(yesOrNo),
  bluetooth_discoverable: orUnknown(yesOrNo),
  tamper: orUnknown(yesOrNo),
  apps: listOf(record({ name: text(200), version: text(100, 0) }), MAX_APPS),
}

/**
 * A report as it came over the network, JSON of `{report, signature}`; the signature is not looked at.
 * Nothing that is not in the schema passes, so a device can't say more of its user than is written there.
 */
export function readReport(body: string, ownership: Ownership): ReadReport {
  // Octets are at most three for each unit; the listener has counted them, this is for every other caller.
  if (body.length > MAX_REPORT_OCTETS) return malformed('', `more than ${MAX_REPORT_OCTETS} octets`)
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return malformed('', 'not JSON')
  }
  if (!isRecord(parsed)) return malformed('', 'an object is expected')
  const extra = Object.keys(parsed).find((key) => key !== 'report' && key !== 'signature')
  if (extra !== undefined) return refuseField(extra)
  const { report, signature } = parsed
  const wrong = ED25519_SIGNATURE(signature)
  if (wrong !== null) return malformed('signature', wrong)
  if (!isRecord(report)) return malformed('report', 'an object is expected')
  const fault = faultOfFields(report, ownership)
  if (fault !== null) return fault
  // INVARIANT: every field of `report` passed its reader and no other is there.
  return { ok: true, signed: { report, signature } as unknown as SignedReport }
}

/** The device that a body says it is of, before anything else is believed; null where it says none. */
export function claimedDevice(body: string): string | null {
  if (body.length > MAX_REPORT_OCTETS) return null
  try {
    const parsed: unknown = JSON.parse(body)
    const report = isRecord(parsed) ? parsed['report'] : null
    const id = isRecord(report) ? report['device_id'] : null
    return typeof id === 'string' && id.length <= 128 ? id : null
  } catch {
    return null
  }
}

const ED25519_SIGNATURE = matching(/^[A-Za-z0-9_-]{86}$/, '64 octets as base64url')

const PERSONAL_APPS = "a personal device's applications are nobody's business"

function faultOfFields(
  report: Readonly<Record<string, unknown>>,
  ownership: Ownership,
): Extract<ReadReport, { ok: false }> | null {
  for (const name of Object.keys(report)) {
    if (!Object.hasOwn(REPORT_FIELDS, name)) return refuseField(name)
    if (name === 'apps' && ownership === 'personal')
      return { ok: false, reason: 'forbidden', path: 'report.apps', message: PERSONAL_APPS }
  }
  for (const [name, read] of Object.entries(REPORT_FIELDS)) {
    if (name === 'apps' && report[name] === undefined) continue
    const wrong = read(report[name])
    if (wrong !== null) return malformed(`report.${name}`, wrong)
  }
  return null
}

function refuseField(name: string): Extract<ReadReport, { ok: false }> {
  const shown = name.slice(0, 64)
  if (FORBIDDEN.test(name.toLowerCase()))
    return { ok: false, reason: 'forbidden', path: shown, message: 'no report holds such a thing' }
  return malformed(shown, 'there is no such field')
}

function malformed(path: string, message: string): Extract<ReadReport, { ok: false }> {
  return { ok: false, reason: 'malformed', path, message }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function yesOrNo(value: unknown): string | null {
  return typeof value === 'boolean' ? null : 'true, false or null is expected'
}

function orUnknown(read: Reader): Reader {
  return (value) => (value === null ? null : read(value))
}

/** Control characters would reach a page or a terminal. */
function text(longest: number, shortest = 1): Reader {
  const wrong = `a text of ${shortest} to ${longest} characters is expected`
  return (value) =>
    typeof value === 'string' &&
    value.length >= shortest &&
    value.length <= longest &&
    value.isWellFormed() &&
    !/\p{Cc}/u.test(value)
      ? null
      : wrong
}

function matching(pattern: RegExp, expected: string): Reader {
  return (value) =>
    typeof value === 'string' && pattern.test(value) ? null : `${expected} is expected`
}

function whole(most: number): Reader {
  return (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most
      ? null
      : `a whole number up to ${most} is expected`
}

function oneOf(words: readonly string[]): Reader {
  return (value) =>
    typeof value === 'string' && words.includes(value) ? null : `one of ${words.join(', ')}`
}

function record(fields: Readonly<Record<string, Reader>>): Reader {
  return (value) => {
    if (!isRecord(value)) return 'an object is expected'
    const extra = Object.keys(value).find((key) => !Object.hasOwn(fields, key))
    if (extra !== undefined) return `there is no field \`${extra.slice(0, 64)}\``
    for (const [name, read] of Object.entries(fields)) {
      const wrong = read(value[name])
      if (wrong !== null) return `${name}: ${wrong}`
    }
    return null
  }
}

function listOf(read: Reader, most: number): Reader {
  return (value) => {
    if (!Array.isArray(value)) return 'a list is expected'
    if (value.length > most) return `more than ${most} entries`
    for (const one of value as readonly unknown[]) {
      const wrong = read(one)
      if (wrong !== null) return wrong
    }
    return null
  }
}
