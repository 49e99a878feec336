import { expect, test } from 'vitest'
import type { Observation } from '../../../records/alerts/finding.ts'
import { judgeAttempt } from '../../../records/alerts/judge-attempt.ts'
import { anObservation } from './sample-alerts.ts'

const ONCE = { added: 1, ofKind: 1, ofPerson: 1, isNews: true }
const noCategory = { category: null, severity: 'medium' } as const

test.each<[string, Partial<Observation>, object, readonly string[]]>([
  ['a visit to a high-risk site is urgent', { grade: 'navigated' }, {}, ['high_risk now']],
  ['one look-up of it waits for the digest', {}, {}, ['high_risk digest']],
  ['two look-ups wait', {}, { ofKind: 2 }, ['high_risk digest']],
  ['three look-ups are urgent', {}, { ofKind: 3 }, ['high_risk now']],
  ['pre-fetching is never urgent', { grade: 'background' }, { ofKind: 9 }, ['high_risk digest']],
  [
    'sealed sites are high-risk',
    { category: 'illegal.csam', grade: 'navigated', reasonCode: 'sealed' },
    {},
    ['high_risk now'],
  ],
  [
    'a visit to a locked category waits',
    { category: 'adult.pornography', severity: 'medium', grade: 'navigated' },
    {},
    ['locked_category digest'],
  ],
  [
    'a look-up of a locked category is no alert',
    { category: 'adult.pornography', severity: 'medium' },
    { ofKind: 9 },
    [],
  ],
  ['games are no alert', { category: 'media.games', severity: 'low' }, { ofKind: 50 }, []],
  [
    'five tries to get out are one burst',
    { category: 'bypass.vpn', severity: 'medium' },
    { ofKind: 5 },
    ['bypass_burst digest'],
  ],
  [
    'and urgent where a connection followed',
    { category: 'bypass.vpn', severity: 'medium', grade: 'navigated' },
    { ofKind: 5 },
    ['bypass_burst now'],
  ],
  ['a lost device is urgent', { ...noCategory, reasonCode: 'lost' }, {}, ['lost_device now']],
  [
    'a suspended device waits',
    { ...noCategory, reasonCode: 'suspended' },
    {},
    ['barred_device digest'],
  ],
  [
    'a phone in the exam room is urgent',
    { ...noCategory, reasonCode: 'exam' },
    {},
    ['exam_sighting now'],
  ],
  [
    'so is one while an exam is rehearsed, and says so',
    { ...noCategory, reasonCode: 'exam', window: 'exam_rehearsal' },
    {},
    ['exam_rehearsal now'],
  ],
  [
    'a candidate elsewhere is no alert',
    { category: null, severity: 'info', reasonCode: 'exam' },
    {},
    [],
  ],
  [
    'passing a changing room waits',
    { ...noCategory, reasonCode: 'mobile_free_zone' },
    {},
    ['mobile_free_zone digest'],
  ],
  [
    'staying in one is urgent',
    { ...noCategory, reasonCode: 'mobile_free_zone' },
    { ofKind: 3 },
    ['mobile_free_zone now'],
  ],
  [
    'two hundred refusals are a burst',
    { category: 'media.ads', severity: 'info' },
    { ofPerson: 200 },
    ['burst digest'],
  ],
  ['what was known already is nothing', { grade: 'navigated' }, { added: 0, isNews: false }, []],
])('%s', (_says, facts, tally, expected) => {
  const found = judgeAttempt(anObservation(facts), { ...ONCE, ...tally })
  expect(found.map(({ rule, urgency }) => `${rule} ${urgency}`)).toEqual(expected)
})

test('an exam that begins on the heels of its rehearsal is an alert of its own', () => {
  const phone = { ...noCategory, reasonCode: 'exam', zone: 'exam_hall' }
  const [tried] = judgeAttempt(anObservation({ ...phone, window: 'exam_rehearsal' }), ONCE)
  const [real] = judgeAttempt(anObservation({ ...phone, window: 'exam_am' }), ONCE)
  expect(tried?.detail).toBe('rehearsal: a personal device is in the exam zone `exam_hall`')
  expect(real?.detail).toBe('a personal device is in the exam zone `exam_hall`')
  expect(tried?.key).not.toBe(real?.key)
})

test('a finding says neither host nor name, and its key is person and category', () => {
  const [finding] = judgeAttempt(anObservation({ grade: 'navigated' }), ONCE)
  expect(JSON.stringify(finding)).not.toContain('cat.test')
  expect(finding?.key).toBe('p-1001\0harm.suicide')
})
