import { expect, test } from 'vitest'
import { assumptionsOf, verdictRows } from '../../commands/explain-text.ts'
import { findService } from '../../rules/services/services.ts'
import type { Verdict } from '../../rules/verdict.ts'

const ALLOWED: Verdict = {
  action: 'allow',
  reason_code: null,
  profile: 'staff',
  alert: false,
  zone: 'office',
  windows: [],
  category: 'media.games',
  rule_id: 'category.media.games',
  list_source: 'starter',
  list_version: null,
  policy_version: 3,
  valid_until: null,
  cause: 'Games: allowed for staff.',
}

const rowsOf = (verdict: Verdict, ...assumed: string[]): string =>
  verdictRows(verdict, { next: null, assumed, known: null, services: [] }).join('\n')

test('a host of a service is shown as part of it', () => {
  const youtube = findService('youtube')
  if (youtube === undefined) throw new Error('no YouTube')
  const rows = verdictRows(ALLOWED, { next: null, assumed: [], known: null, services: [youtube] })
  expect(rows).toContain('service      youtube (YouTube)')
})

test('the host of a safe mode is shown', () => {
  const restricted = { ...ALLOWED, action: 'restrict', safe_host: 'safe.example' } as const
  expect(rowsOf(restricted)).toContain('safe mode    reached at safe.example')
})

test('what is not there is said in words', () => {
  expect(rowsOf(ALLOWED)).toBe(`answer       allow
because      Games: allowed for staff.
rule         category.media.games, policy revision 3
profile      staff
category     media.games
list         starter
zone         office
windows      none
holds until  further notice
next edge    none that is known
alert        no`)
})

test('assumptions come last, on a row of their own', () => {
  expect(rowsOf(ALLOWED, 'one', 'other').split('\n').at(-1)).toBe('assumed      one; other')
})

test('an edge says what holds from then on', () => {
  const then = { ...ALLOWED, action: 'block' as const, reason_code: 'exam', windows: ['exam_am'] }
  const rows = verdictRows(ALLOWED, {
    next: { at: 0, then },
    assumed: [],
    known: null,
    services: [],
  })
  expect(rows).toContain('next edge    1970-01-01T00:00:00Z (exam_am): then block (exam)')
})

test('a place and a moment that nobody told are assumed', () => {
  const asked = { device: 'phone', url: 'a.example', at: 0 }
  expect(assumptionsOf(asked, { isNow: true })).toEqual([
    'it is 1970-01-01T00:00:00Z',
    'the device is in zone `unknown`',
  ])
  expect(assumptionsOf({ ...asked, zone: 'office' }, { isNow: false })).toEqual([])
  expect(assumptionsOf({ ...asked, address: '127.10.20.7' }, { isNow: false })).toEqual([])
})
