import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PostureFacts } from '../../../rules/posture/posture-report.ts'
import { DEFAULT_POSTURE_RULES, type PostureRules } from '../../../rules/posture/posture-rules.ts'
import {
  failingSince,
  standingAt,
  type LastReport,
} from '../../../rules/posture/posture-standing.ts'
import { postureOf } from '../../support/sample-posture.ts'

const T = Date.parse('2026-11-25T09:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const RULES: PostureRules = {
  ...DEFAULT_POSTURE_RULES,
  graceHours: { patches: 72, disk_encryption: 24 },
}

function heard(facts: Partial<PostureFacts>, before: LastReport | null = null, at = T): LastReport {
  const all = postureOf(facts)
  return { facts: all, at, failingSince: failingSince(all, at, { rules: RULES, before }) }
}

test('a device in order is good until it has been silent for too long', () => {
  const last = heard({})
  expect(standingAt(last, RULES, T)).toMatchObject({ standing: 'good', posture: 'ok', mend: null })
  expect(standingAt(last, RULES, T + 30 * MINUTE - 1).posture).toBe('ok')
  expect(standingAt(last, RULES, T + 30 * MINUTE)).toMatchObject({
    standing: 'stale',
    posture: 'stale',
    until: null,
  })
})

test('V13: a stale report passes nobody, whatever it said', () => {
  const later = T + 31 * MINUTE
  expect(standingAt(heard({}), RULES, later).posture).toBe('stale')
  expect(standingAt(heard({ disk_encrypted: false }), RULES, later).posture).toBe('stale')
})

test('a device that has an agent and was never heard of is stale, not open', () => {
  expect(standingAt(null, RULES, T)).toMatchObject({ standing: 'stale', posture: 'stale' })
})

test('what may wait has its time, and then it counts', () => {
  let last = heard({ patch_age_days: 40 })
  expect(standingAt(last, RULES, T)).toMatchObject({
    standing: 'grace',
    posture: 'ok',
    mend: 'patches',
    until: T + 30 * MINUTE,
  })
  last = heard({ patch_age_days: 43 }, last, T + 72 * HOUR - MINUTE)
  expect(standingAt(last, RULES, last.at)).toMatchObject({
    standing: 'grace',
    until: T + 72 * HOUR,
  })
  expect(standingAt(last, RULES, T + 72 * HOUR)).toMatchObject({
    standing: 'failing',
    posture: 'failed:patches',
  })
})

test('a silence does not begin the time anew, and mending ends it', () => {
  const first = heard({ patch_age_days: 40 })
  const afterHolidays = heard({ patch_age_days: 54 }, first, T + 14 * 24 * HOUR)
  expect(standingAt(afterHolidays, RULES, afterHolidays.at).posture).toBe('failed:patches')
  const mended = heard({}, afterHolidays, afterHolidays.at + MINUTE)
  expect(standingAt(mended, RULES, mended.at).standing).toBe('good')
  const again = heard({ patch_age_days: 31 }, mended, mended.at + MINUTE)
  expect(standingAt(again, RULES, again.at).standing).toBe('grace')
})

test('of several failing checks the page names one: the first that counts', () => {
  const last = heard({ patch_age_days: 40, screen_lock: false, disk_encrypted: false })
  expect(standingAt(last, RULES, T)).toMatchObject({
    posture: 'failed:screen_lock',
    mend: 'screen_lock',
    failed: ['screen_lock', 'patches', 'disk_encryption'],
  })
})

test('while all may wait, the page names what ends first', () => {
  const last = heard({ patch_age_days: 40, disk_encrypted: false })
  expect(standingAt(last, RULES, T)).toMatchObject({ standing: 'grace', mend: 'disk_encryption' })
})

test('a changed agent, a broken system and a stopped antivirus are never given time', () => {
  const lenient: PostureRules = {
    ...RULES,
    graceHours: { tamper: 720, jailbreak: 720, antivirus: 720 },
  }
  const stopped = { av: { product: 'Sophos', running: false, defs_age_days: 0 } }
  for (const facts of [{ tamper: true }, { jailbroken: true }, stopped])
    expect(standingAt(heard(facts), lenient, T).standing).toBe('failing')
})

test('nothing changes before `until`, and something does at it', () => {
  const facts = fc.record({
    patch_age_days: fc.option(fc.integer({ min: 0, max: 60 })),
    disk_encrypted: fc.option(fc.boolean()),
    screen_lock: fc.constantFrom(true, true, false),
    tamper: fc.constantFrom(false, false, true),
  })
  const check = fc.property(facts, fc.integer({ min: 0, max: 40 }), (more, minutes) => {
    const last = heard(more)
    const now = T + minutes * MINUTE
    const standing = standingAt(last, RULES, now)
    if (standing.until === null) {
      expect(standing.standing).toBe('stale')
      return
    }
    expect(standing.until).toBeGreaterThan(now)
    expect(standingAt(last, RULES, standing.until - 1)).toEqual(standing)
    expect(standingAt(last, RULES, standing.until)).not.toEqual(standing)
  })
  fc.assert(check)
})
