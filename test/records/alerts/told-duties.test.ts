import { expect, test } from 'vitest'
import {
  DUTIES,
  dutiesAbove,
  NEXT_DUTY,
  toldDuties,
  type Duty,
} from '../../../records/alerts/told-duties.ts'
import { aFinding } from './sample-alerts.ts'

test.each<[string, object, readonly Duty[], readonly Duty[]]>([
  ['a pupil at a high-risk site', {}, [], ['dsl']],
  ['an unknown person', { role: null }, [], ['dsl']],
  ['a member of staff', { role: 'staff' }, [], ['head']],
  ['illegal content', { category: 'illegal.csam', role: 'staff' }, [], ['dsl', 'head']],
  ['the DSL', { role: 'staff' }, ['dsl'], ['head']],
  ['the deputy, illegal content', { category: 'illegal.csam' }, ['deputy_dsl'], ['head']],
  ['the network manager', { role: 'staff' }, ['network_manager'], ['head']],
  ['the head', { role: 'staff' }, ['head'], ['chair_of_governors']],
  ['the head, who is the DSL too', { role: 'staff' }, ['dsl', 'head'], ['chair_of_governors']],
  ['a lost device', { rule: 'lost_device', category: null }, [], ['network_manager', 'reception']],
  [
    'the lost device of the network manager',
    { rule: 'lost_device' },
    ['network_manager'],
    ['head'],
  ],
  [
    'a phone in the exam room',
    { rule: 'exam_sighting', category: null },
    [],
    ['exams_officer', 'head'],
  ],
  ['a broken chain', { rule: 'chain_break', category: null, role: null }, [], ['dsl', 'head']],
  [
    'a ledger that begins anew',
    { rule: 'ledger_lost', category: null, role: null },
    [],
    ['dsl', 'head', 'network_manager'],
  ],
  ['an old list', { rule: 'feed_age', category: null, role: null }, [], ['network_manager', 'dsl']],
  [
    'a sealed feed that is not genuine',
    { rule: 'feed_refused', category: null, role: null },
    [],
    ['network_manager', 'dsl'],
  ],
  [
    'a promise that is not kept',
    { rule: 'promise_broken', category: null, role: null },
    [],
    ['network_manager', 'dsl'],
  ],
  [
    'a list that came empty',
    { rule: 'list_refused', category: null, role: null },
    [],
    ['network_manager'],
  ],
])('of %s hears who should', (_says, facts, own, told) => {
  expect(toldDuties(aFinding(facts), own)).toEqual(told)
})

test('every office but the last passes on to another, and no chain runs in a circle', () => {
  for (const duty of DUTIES) {
    let steps = 0
    for (let one: Duty | undefined = duty; one !== undefined; one = NEXT_DUTY[one]) steps += 1
    expect(steps).toBeLessThanOrEqual(DUTIES.length)
  }
})

test('nobody of those in office is told of himself', () => {
  for (const duty of DUTIES) expect(dutiesAbove([duty]) ?? []).not.toContain(duty)
})
