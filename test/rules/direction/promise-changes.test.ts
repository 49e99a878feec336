import { expect, test } from 'vitest'
import { describeEffect } from '../../../rules/direction/describe-effect.ts'
import { Findings } from '../../../rules/direction/findings.ts'
import { comparePromises } from '../../../rules/direction/promise-changes.ts'
import type { SchoolPromise } from '../../../rules/promises/promise.ts'

const target = (text: string) => ({ host: text, path: '/', text })

const GAMES: SchoolPromise = {
  id: 'games',
  says: 'Nobody plays in lessons.',
  who: { kind: 'everybody' },
  zones: ['library'],
  pupilArea: null,
  during: ['lessons'],
  at: null,
  targets: [target('games.example'), target('chess.example')],
  action: 'block',
  reason: null,
}

function changed(before: readonly SchoolPromise[], after: readonly SchoolPromise[]) {
  const findings = new Findings()
  comparePromises(before, after, findings)
  return findings.report()
}

const becomes = (change: Partial<SchoolPromise>) => changed([GAMES], [{ ...GAMES, ...change }])

test.each<[says: string, change: Partial<SchoolPromise>, direction: string]>([
  ['other words', { says: 'No games.' }, 'neutral'],
  ['another id', { id: 'no-games' }, 'neutral'],
  ['one site less', { targets: [target('games.example')] }, 'loosen'],
  ['one site more', { targets: [...GAMES.targets, target('go.example')] }, 'tighten'],
  ['another window', { during: ['lunch'] }, 'loosen'],
  ['all day', { during: null }, 'tighten'],
  ['one instant alone', { during: null, at: [0] }, 'loosen'],
  ['everywhere', { zones: null }, 'tighten'],
  ['nowhere that it was', { zones: ['hall'] }, 'loosen'],
  ['pupil areas alone', { pupilArea: true }, 'loosen'],
  ['a reason that must be given', { reason: 'category' }, 'tighten'],
  ['a warning in the place of a block', { action: 'warn' }, 'loosen'],
  ['others', { who: { kind: 'unregistered' } }, 'loosen'],
])('a promise of %s', (_says, change, direction) => {
  expect(becomes(change).direction).toBe(direction)
})

test('a promise taken back loosens for those it speaks of, in plain words', () => {
  const report = changed([GAMES], [])
  expect(report).toMatchObject({ direction: 'loosen', loosensPupils: true })
  expect(report.loosens.map(describeEffect)).toEqual([
    'pupils, staff, governors, visitors: `games`: promised (Nobody plays in lessons.) becomes no longer promised',
  ])
})

test('a promise about staff alone concerns no pupil', () => {
  const facts = {
    roles: ['staff'],
    phases: null,
    year: null,
    ownership: null,
    types: null,
  } as const
  const standing = { state: 'approved', aup: 'signed', posture: 'ok', grant: null } as const
  const who = {
    kind: 'devices',
    facts: { ...facts, ...standing, voucher: null, examCandidate: false },
  } as const
  const report = changed([{ ...GAMES, who }], [])
  expect(report).toMatchObject({ loosensPupils: false, affectedRoles: ['staff'] })
})

test('two promises that say as much as one did are no promise taken back where one of them covers it', () => {
  expect(changed([GAMES], [GAMES, { ...GAMES, id: 'more' }]).direction).toBe('neutral')
})
