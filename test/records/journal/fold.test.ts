import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AttemptKind } from '../../../records/attempt.ts'
import { ATTEMPT_KINDS } from '../../../records/attempt.ts'
import { Folds, closingEntry } from '../../../records/journal/fold.ts'
import type { JournalEntry } from '../../../records/journal/journal-entry.ts'
import type { Attempt } from '../../../records/rings/attempt-codec.ts'
import { TEN_O_CLOCK, aSubject, anAttempt } from '../../support/refusals.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)

function newFolds(): Folds {
  return new Folds('ex', {
    ref: ({ site, who, host, reason, minute }) => [site, who, host, reason, minute].join('|'),
    seal: (host) => `hash of ${host.length}`,
  })
}

/** All entries of some attempts, the closing ones last. */
function entriesOf(attempts: readonly Attempt[]): JournalEntry[] {
  const folds = newFolds()
  const first = attempts.map((attempt) => folds.take(attempt))
  const closing = folds.takeAll().map(closingEntry)
  return [
    ...first.filter(({ isNew }) => isNew).map(({ fold }) => fold.first),
    ...closing.filter((entry) => entry !== null),
  ]
}

function visits(...kinds: readonly AttemptKind[]): Attempt[] {
  return kinds.map((kind, index) =>
    anAttempt({
      kind,
      layer: kind === 'connection' ? 'sni' : 'dns',
      at: TEN_O_CLOCK + index * 10,
    }),
  )
}

const COUNTS: readonly [
  says: string,
  attempts: readonly Attempt[],
  repeats: readonly number[],
  grades: readonly string[],
][] = [
  ['one look-up is one entry', visits('a'), [1], ['looked_up']],
  ['A and AAAA are one attempt', visits('a', 'aaaa'), [1], ['looked_up']],
  [
    'the look-ups and the connection of one visit are one attempt, which the connection shows as meant',
    visits('a', 'aaaa', 'https', 'connection'),
    [1, 0],
    ['looked_up', 'navigated'],
  ],
  [
    'three A look-ups are three attempts',
    visits('a', 'a', 'a'),
    [1, 2],
    ['looked_up', 'looked_up'],
  ],
  [
    'the kind that came most often counts',
    visits('a', 'aaaa', 'a', 'connection', 'connection', 'connection'),
    [1, 2],
    ['looked_up', 'navigated'],
  ],
  ['a connection alone was meant from the start', visits('connection'), [1], ['navigated']],
  [
    '1,000 look-ups are 1,000 attempts in two entries',
    visits(...Array.from({ length: 1_000 }, () => 'a' as const)),
    [1, 999],
    ['looked_up', 'looked_up'],
  ],
  [
    'a probe stays in the background though a connection follows',
    visits('a', 'connection').map((attempt) => ({ ...attempt, host: 'captive.apple.com' })),
    [1],
    ['background'],
  ],
]

test.each(COUNTS)('%s', (_says, attempts, repeats, grades) => {
  const entries = entriesOf(attempts)
  expect(entries.map(({ repeatCount }) => repeatCount)).toEqual(repeats)
  expect(entries.map(({ grade }) => grade)).toEqual(grades)
  expect(new Set(entries.map(({ blockRef }) => blockRef)).size).toBe(1)
})

const BASE = anAttempt()
const APART: readonly [says: string, other: Attempt][] = [
  ['another host', { ...BASE, host: 'other.example' }],
  ['another device', { ...BASE, subject: { ...BASE.subject, deviceId: 'phone-8' } }],
  ['another reason', { ...BASE, ruling: { ...BASE.ruling, reasonCode: 'site' } }],
  ['another minute', { ...BASE, at: TEN_O_CLOCK + 60_000 }],
  [
    'another address, where neither is a known device',
    { ...BASE, subject: aSubject({ deviceId: null, address: '127.10.10.9' }) },
  ],
]

test.each(APART)('%s is another fold', (_says, other) => {
  const base =
    other.subject.deviceId === null ? { ...BASE, subject: aSubject({ deviceId: null }) } : BASE
  const entries = entriesOf([base, other])
  expect(entries.map(({ repeatCount }) => repeatCount)).toEqual([1, 1])
  expect(new Set(entries.map(({ blockRef }) => blockRef)).size).toBe(2)
})

test('going on past a warning is an entry of its own, with the code that the warning showed', () => {
  const warned = anAttempt({ kind: 'connection', ruling: { ...BASE.ruling, action: 'warn' } })
  const entries = entriesOf([warned, { ...warned, kind: 'went_on' }])
  expect(entries.map(({ action }) => action)).toEqual(['warn', 'warn_continued'])
  expect(entries[1]?.blockRef).toBe(entries[0]?.blockRef)
})

test('a device that changes its address stays in its fold', () => {
  const moved = { ...BASE, subject: { ...BASE.subject, address: '127.10.20.7' } }
  expect(entriesOf([BASE, moved]).map(({ repeatCount }) => repeatCount)).toEqual([1, 1])
})

test('an entry has all that is known', () => {
  expect(entriesOf([{ ...BASE, kind: 'connection', layer: 'http', path: '/x' }])).toEqual([
    {
      at: TEN_O_CLOCK,
      layer: 'http',
      action: 'block',
      grade: 'navigated',
      personRef: 'p-7',
      role: 'pupil',
      deviceId: 'phone-7',
      ip: '127.10.10.7',
      zone: 'yard',
      window: 'lesson',
      host: 'adult.example',
      category: 'adult.pornography',
      listSource: 'ut1/adult',
      listVersion: '2026-11-01',
      ruleId: 'profile:pupil',
      policyVersion: 3,
      reasonCode: 'category',
      severity: 'high',
      blockRef: `ex|phone-7|adult.example|category|${TEN_O_CLOCK / 60_000}`,
      repeatCount: 1,
      urlPath: '/x',
    },
  ])
})

test('a sealed name and its path are in no entry', () => {
  const sealed = {
    ...BASE,
    host: 'sealed.example',
    ruling: { ...BASE.ruling, reasonCode: 'sealed' },
  }
  const connection = { ...sealed, kind: 'connection', layer: 'http', path: '/secret' } as const
  const entries = entriesOf([sealed, connection, { ...connection, at: TEN_O_CLOCK + 60_000 }])
  expect(entries.map(({ host, urlPath }) => [host, urlPath])).toEqual([
    ['sealed:hash of 14', null],
    ['sealed:hash of 14', null],
    ['sealed:hash of 14', null],
  ])
})

test('a closing entry is dated by the last attempt, so that it stays in its minute', () => {
  const entries = entriesOf([BASE, { ...BASE, at: TEN_O_CLOCK + 59_000 }])
  expect(entries[1]?.at).toBe(TEN_O_CLOCK + 59_000)
})

test('a fold ends with its minute and two seconds of grace, not before', () => {
  const folds = newFolds()
  folds.take(BASE)
  folds.take({ ...BASE, at: TEN_O_CLOCK + 60_000 })
  expect(folds.takeDue(TEN_O_CLOCK + 61_999)).toHaveLength(0)
  expect(folds.takeDue(TEN_O_CLOCK + 62_000)).toHaveLength(1)
  expect(folds.takeDue(TEN_O_CLOCK + 62_000)).toHaveLength(0)
  expect(folds.takeAll()).toHaveLength(1)
})

test('of too many folds the oldest end early', () => {
  const folds = newFolds()
  for (let i = 0; i < 100_003; i += 1) folds.take({ ...BASE, host: `h${i}.example` })
  const early = folds.takeDue(TEN_O_CLOCK)
  expect(early.map(({ first }) => first.host)).toEqual(['h0.example', 'h1.example', 'h2.example'])
})

test('a dropped fold begins anew', () => {
  const folds = newFolds()
  folds.take(BASE)
  folds.drop(BASE)
  expect(folds.take(BASE).isNew).toBe(true)
})

test('the entries of any attempts add up to the attempts, whenever folds are closed', () => {
  const attempts = fc.array(
    fc.record({
      host: fc.constantFrom('a.example', 'b.example', 'captive.apple.com'),
      device: fc.constantFrom('d1', 'd2', null),
      kind: fc.constantFrom(...ATTEMPT_KINDS),
      minute: fc.nat(3),
    }),
    { maxLength: 80 },
  )
  fc.assert(
    fc.property(attempts, fc.array(fc.nat(80)), (some, closings) => {
      const sorted = some.toSorted((a, b) => a.minute - b.minute)
      const folds = newFolds()
      const expected = new Map<string, Map<AttemptKind, number>>()
      let total = 0
      const close = (now: number): void => {
        for (const fold of folds.takeDue(now)) total += closingEntry(fold)?.repeatCount ?? 0
      }
      sorted.forEach(({ host, device, kind, minute }, index) => {
        const at = TEN_O_CLOCK + minute * 60_000
        if (closings.includes(index)) close(at)
        const subject = aSubject({ deviceId: device })
        const { fold, isNew } = folds.take(anAttempt({ host, subject, kind, at }))
        if (isNew) total += fold.first.repeatCount
        const key = [host, device, minute, kind === 'went_on'].join()
        const counts = expected.get(key) ?? new Map<AttemptKind, number>()
        expected.set(key, counts.set(kind, (counts.get(kind) ?? 0) + 1))
      })
      close(Infinity)
      let attemptsMade = 0
      for (const counts of expected.values()) attemptsMade += Math.max(...counts.values())
      expect(total).toBe(attemptsMade)
    }),
    { numRuns: RUNS },
  )
})

test('what was only observed is an entry of its own, beside the refusal of the same minute', () => {
  const refused = anAttempt({})
  const observed = anAttempt({ ruling: { ...refused.ruling, action: 'observe' } })
  const entries = entriesOf([refused, observed, refused])
  expect(entries.map(({ action, repeatCount }) => [action, repeatCount])).toEqual([
    ['block', 1],
    ['observe', 1],
    ['block', 1],
  ])
})
