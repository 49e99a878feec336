import type { Ruling } from '../../rules/verdict.ts'
import type { DeviceFacts, ZoneFacts } from '../../rules/subject.ts'

/** A teacher's own phone with everything in order, but for what a test says. */
export function deviceOf(facts: Partial<DeviceFacts> = {}): DeviceFacts {
  return {
    id: 'phone',
    personRef: 'p-1',
    role: 'staff',
    phase: null,
    year: null,
    ownership: 'personal',
    type: 'phone',
    state: 'approved',
    aup: 'signed',
    posture: 'ok',
    grant: null,
    voucher: null,
    examCandidate: false,
    carriesCa: false,
    octet: null,
    addresses: [],
    ...facts,
  }
}

/** A classroom, but for what a test says. */
export function zoneOf(facts: Partial<ZoneFacts> = {}): ZoneFacts {
  return { id: 'classroom', pupilArea: true, mobileFree: false, exam: false, ...facts }
}

/** A site blocked for its category, but for what a test says. */
export function rulingOf(facts: Partial<Ruling> = {}): Ruling {
  return {
    index: 3,
    action: 'block',
    warn: false,
    stage: 'content',
    reasonCode: 'category',
    profile: 'secondary_lesson',
    alert: false,
    category: 'money.gambling',
    ruleId: 'category.money.gambling',
    listSource: 'starter',
    listVersion: '2026-11',
    severity: 'low',
    openedBy: 'nothing',
    safeHost: null,
    window: 'lesson',
    cause: 'Gambling: not open.',
    policyVersion: 7,
    ...facts,
  }
}
