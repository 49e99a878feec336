import type { AttemptSubject } from '../../records/attempt.ts'
import type { Attempt } from '../../records/rings/attempt-codec.ts'
import type { Ruling } from '../../rules/verdict.ts'

/** 24 November 2026, 10:00:00 UTC, a Tuesday in term. */
export const TEN_O_CLOCK = Date.UTC(2026, 10, 24, 10)

/** A pupil's phone in the yard, unless said otherwise. */
export function aSubject(facts: Partial<AttemptSubject> = {}): AttemptSubject {
  return {
    index: 0,
    address: '127.10.10.7',
    deviceId: 'phone-7',
    personRef: 'p-7',
    role: 'pupil',
    zone: 'yard',
    shortestWindow: 'lesson',
    ...facts,
  }
}

/** A refusal by category, unless said otherwise. */
export function aRuling(facts: Partial<Ruling> = {}): Ruling {
  return {
    index: 0,
    action: 'block',
    warn: false,
    stage: 'content',
    reasonCode: 'category',
    profile: 'pupil',
    alert: false,
    category: 'adult.pornography',
    ruleId: 'profile:pupil',
    listSource: 'ut1/adult',
    listVersion: '2026-11-01',
    severity: 'high',
    openedBy: 'nothing',
    safeHost: null,
    window: null,
    cause: 'adult sites are closed to pupils',
    policyVersion: 3,
    ...facts,
  }
}

/** An A look-up of `adult.example` by that phone at ten, unless said otherwise. */
export function anAttempt(facts: Partial<Attempt> = {}): Attempt {
  return {
    subject: { ...aSubject() },
    ruling: {
      action: 'block',
      reasonCode: 'category',
      category: 'adult.pornography',
      ruleId: 'profile:pupil',
      listSource: 'ut1/adult',
      listVersion: '2026-11-01',
      severity: 'high',
      policyVersion: 3,
    },
    window: 'lesson',
    kind: 'a',
    layer: 'dns',
    host: 'adult.example',
    path: '',
    at: TEN_O_CLOCK,
    ...facts,
  }
}
