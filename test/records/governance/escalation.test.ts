import { expect, test } from 'vitest'
import { ESCALATE_MS, responsibleAt } from '../../../records/governance/escalation.ts'
import { NO_GOVERNANCE, type Holder } from '../../../records/governance/governance-state.ts'
import { AT, holder, MINUTE, ON_DUTY } from './sample-desk.ts'

const AWAY = { from: '2026-11-23T00:00:00Z', to: '2026-11-24T10:20:00Z' }

type Row = readonly [
  says: string,
  change: Readonly<Record<string, Holder>>,
  barred: string,
  minutes: number,
  due: readonly string[],
  passesIn: number | null,
]

const ROWS: readonly Row[] = [
  ['at first it is the lead’s', {}, '', 0, ['dsl'], 30],
  ['for half an hour', {}, '', 29.99, ['dsl'], 30],
  ['then the deputy’s', {}, '', 30, ['deputy'], 60],
  ['then the head’s, who has it for good', {}, '', 60, ['head'], null],
  ['a week later as well', {}, '', 10_080, ['head'], null],
  ['never the author’s, though he is the lead', {}, 'dsl', 0, ['deputy'], 30],
  ['or the deputy', {}, 'deputy', 30, ['head'], null],
  ['or the head', {}, 'head', 600, ['deputy'], null],
  [
    'a disabled lead is skipped at once',
    { dsl: holder(['dsl'], { disabled: true }) },
    '',
    0,
    ['deputy'],
    30,
  ],
  ['so is an absent one', { dsl: holder(['dsl'], { absent: [AWAY] }) }, '', 19, ['deputy'], 30],
  ['until he is back', { dsl: holder(['dsl'], { absent: [AWAY] }) }, '', 20, ['dsl'], 30],
  [
    'with lead and deputy gone it is the head’s at once',
    {
      dsl: holder(['dsl'], { disabled: true }),
      deputy: holder(['deputy_dsl'], { absent: [AWAY] }),
    },
    '',
    0,
    ['head'],
    null,
  ],
  ['of two leads the other one is asked', { dsl2: holder(['dsl']) }, 'dsl', 0, ['dsl2'], 30],
  [
    'with nobody left nobody is made up',
    {
      dsl: holder([]),
      deputy: holder([]),
      head: holder(['head'], { disabled: true }),
    },
    '',
    0,
    [],
    null,
  ],
]

test.each(ROWS)('%s', (...row) => {
  const [, change, barred, minutes, due, passesIn] = row
  const holders = new Map(Object.entries({ ...ON_DUTY, ...change }))
  const matter = { group: 'dsl', since: AT, barred: (person: string) => person === barred } as const
  const found = responsibleAt({ ...NO_GOVERNANCE, holders }, matter, AT + minutes * MINUTE)
  expect(found.due).toEqual(due)
  expect(found.passesAt).toBe(passesIn === null ? null : AT + passesIn * MINUTE)
  // Who had it before may still decide it.
  for (const person of due) expect(found.may).toContain(person)
})

test('it takes an hour from the lead to the head', () => {
  expect(2 * ESCALATE_MS).toBe(60 * MINUTE)
  const holders = new Map(Object.entries(ON_DUTY))
  const matter = { group: 'dsl', since: AT, barred: () => false } as const
  const { may } = responsibleAt({ ...NO_GOVERNANCE, holders }, matter, AT + 2 * ESCALATE_MS)
  expect(may).toEqual(['dsl', 'deputy', 'head'])
})

test('a deputy on cover is asked at once, from the first to before the last moment', () => {
  const cover = {
    ...({ duty: 'dsl', person: 'deputy' } as const),
    ...{ from: '2026-11-24T10:00:00Z', to: '2026-11-24T11:00:00+00:00' },
  }
  const state = {
    ...NO_GOVERNANCE,
    holders: new Map(Object.entries(ON_DUTY)),
    covers: new Map([['c', cover]]),
  }
  const dueAt = (at: number) =>
    responsibleAt(state, { group: 'dsl', since: at, barred: () => false }, at).due
  expect(dueAt(AT - 1)).toEqual(['dsl'])
  expect(dueAt(AT)).toEqual(['dsl', 'deputy'])
  expect(dueAt(AT + 60 * MINUTE)).toEqual(['dsl'])
})
