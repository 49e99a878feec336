import { z } from 'zod'
import { MAX_REPORT_OCTETS, claimedDevice } from '../../rules/posture/read-report.ts'
import type { Shared, SharedKind } from '../presence/shared-kind.ts'
import type { StoredReport } from './posture-store.ts'
import type { HeardReport } from './take-report.ts'

/** A report as the gates of a site tell each other of it. `at` is the device's own time: of two the newer counts. */
export interface SharedReport extends Shared, HeardReport {
  readonly device: string
}

/** Nobody believes an older one (`posture-watch.ts`). */
const SHARED_MS = 7 * 86_400_000

const FIELDS = ['gate', 'at', 'expires', 'taken_at', 'failing_since', 'body'] as const

/** The last reports of devices, for the site. */
export const POSTURE_KIND: SharedKind<SharedReport> = {
  prefix: 'posture:',
  fields: FIELDS,
  longestKey: 512,
  longestField: MAX_REPORT_OCTETS,
  // One with a thousand applications is 100 KB.
  page: 8,
  isKey: (key) => key !== '' && key.length <= 128 && !key.startsWith('#'),
  keyOf: ({ device }) => device,
  fieldsOf: ({ gate, at, expires, takenAt, failingSince, body }) => [
    ...[gate, String(at), String(expires), String(takenAt), JSON.stringify(failingSince), body],
  ],
  entryFrom,
}

/** What the site is told of a report; null for one without a signature, which nobody else would believe. */
export function sharedReport(
  { device, at: takenAt, ts, nonce, facts, failingSince, signature }: StoredReport,
  gate: string,
): SharedReport | null {
  if (signature === undefined) return null
  const body = JSON.stringify({ report: { ...facts, device_id: device, nonce, ts }, signature })
  const times = { at: Date.parse(ts), expires: takenAt + SHARED_MS, takenAt }
  return { gate, device, ...times, failingSince, body }
}

const time = z.coerce.number().nonnegative()
const shared = z.object({
  gate: z.string().max(256),
  at: time,
  expires: time,
  taken_at: time,
  failing_since: z.record(z.string().max(64), z.number().nonnegative()),
  body: z.string(),
})

function entryFrom(device: string, values: readonly (string | null)[]): SharedReport | null {
  const fields = Object.fromEntries(FIELDS.map((name, i) => [name, values[i] ?? '']))
  const read = shared.safeParse({ ...fields, failing_since: parsed(fields['failing_since'] ?? '') })
  if (!read.success || claimedDevice(read.data.body) !== device) return null
  const { gate, at, expires, taken_at: takenAt, failing_since: failingSince, body } = read.data
  return { gate, device, at, expires, takenAt, failingSince, body }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
