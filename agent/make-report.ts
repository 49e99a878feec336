import { randomBytes } from 'node:crypto'
import type { PostureFacts, PostureReport } from '../rules/posture/posture-report.ts'
import { reportText } from '../rules/posture/report-text.ts'
import type { DeviceKey } from './device-key.ts'

const NONCE_OCTETS = 16

/** The body that is sent: facts with device, time and a nonce of their own, signed with its key. */
export function signedBody(
  facts: PostureFacts,
  {
    deviceId,
    key,
    now,
  }: { readonly deviceId: string; readonly key: DeviceKey; readonly now: number },
): string {
  const report: PostureReport = {
    ...facts,
    device_id: deviceId,
    nonce: randomBytes(NONCE_OCTETS).toString('base64url'),
    ts: new Date(now).toISOString(),
  }
  return JSON.stringify({ report, signature: key.sign(reportText(report)) })
}
