import type { DeviceFacts } from '../subject.ts'
import { formatInstant } from '../time/clock-text.ts'
import type { BrokenCase, PromiseResult } from './keep-promises.ts'

/** What became of a promise, in a sentence. */
export function describeResult({ promise, cases, broken }: PromiseResult): string {
  const { id, says, who } = promise
  if (broken !== null) return `promise \`${id}\` is broken (${says}): ${describeCase(broken)}`
  if (cases > 0) return `promise \`${id}\` is kept in ${cases} cases`
  const nobody =
    who.kind === 'device' ? `no device \`${who.id}\` is registered` : 'nobody, nowhere or never'
  return `promise \`${id}\` says nothing (${says}): ${nobody}`
}

/** `a personal phone of staff in classroom at 2026-11-24T10:00:00Z gets allow for bbc.co.uk (rule x)`. */
function describeCase({ device, zone, moment, target, ruling }: BrokenCase): string {
  const reason = ruling.reasonCode === null ? '' : ` (${ruling.reasonCode})`
  return (
    `${describeDevice(device)} in ${zone.id} at ${formatInstant(moment.from)} ` +
    `gets ${ruling.action}${reason} for ${target.text}, by ${ruling.ruleId}: ${ruling.cause}`
  )
}

function describeDevice(device: DeviceFacts | null): string {
  if (device === null) return 'a device that nobody has registered'
  const { role, phase, year, ownership, type, state, aup, posture, grant, voucher } = device
  const parts = [
    type === '' ? 'device' : type,
    `of ${role}`,
    phase === null ? null : `(${phase}${year === null ? '' : `, year ${year}`})`,
    state === 'approved' ? null : `that is ${state}`,
    aup === 'signed' ? null : 'without an agreement',
    posture === 'ok' ? null : `with security state ${posture}`,
    grant === null ? null : `with a ${grant} grant`,
    voucher === null ? null : 'with a voucher',
    device.examCandidate ? 'of an exam candidate' : null,
  ]
  return `a ${ownership} ${parts.filter((part) => part !== null).join(' ')}`
}
