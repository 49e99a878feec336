import { requestTarget } from '../names/request-target.ts'
import type { PolicyDocument } from '../policy/policy-schema.ts'
import { parseInstant } from '../time/clock-text.ts'
import type { PromisedTo, SchoolPromise } from './promise.ts'

type WrittenPromise = PolicyDocument['promises'][number]

/** INVARIANT: `checkPromises` found nothing, so every instant parses and every name exists. */
export function promiseOf(promise: WrittenPromise): SchoolPromise {
  return {
    id: promise.id,
    says: promise.says,
    who: promisedTo(promise.who),
    zones: promise.zone ?? null,
    pupilArea: promise.pupil_area ?? null,
    during: promise.during ?? null,
    at: promise.at?.map(instant) ?? null,
    targets: promise.url.map((text) => ({ text, ...requestTarget(text) })),
    action: promise.expect,
    reason: promise.reason ?? null,
  }
}

function promisedTo(who: WrittenPromise['who']): PromisedTo {
  if (who === undefined) return { kind: 'everybody' }
  if (who.device !== undefined) return { kind: 'device', id: who.device }
  if (who.registered === false) return { kind: 'unregistered' }
  return { kind: 'devices', facts: { ...kindOf(who), ...standingOf(who) } }
}

type WrittenWho = NonNullable<WrittenPromise['who']>

/** Left out means any. */
function kindOf(who: WrittenWho) {
  return {
    roles: who.role ?? null,
    phases: who.phase ?? null,
    year: who.year ?? null,
    ownership: who.ownership ?? null,
    types: who.type ?? null,
  }
}

/** Left out means in order. */
function standingOf(who: WrittenWho) {
  return {
    state: who.state ?? 'approved',
    aup: who.aup ?? 'signed',
    posture: who.posture ?? 'ok',
    grant: who.grant ?? null,
    voucher: who.voucher ?? null,
    examCandidate: who.exam_candidate ?? false,
  }
}

function instant(text: string): number {
  const parsed = parseInstant(text)
  if (!parsed.ok) throw new Error(`unchecked instant \`${text}\``)
  return parsed.ms
}
