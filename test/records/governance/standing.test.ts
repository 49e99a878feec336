import { expect, test } from 'vitest'
import { NO_GOVERNANCE } from '../../../records/governance/governance-state.ts'
import { isDuring, onDuty, standingOf } from '../../../records/governance/standing.ts'
import { AT, holder, MINUTE, ON_DUTY } from './sample-desk.ts'

const TEN = '2026-11-24T10:00:00Z'

test('a term is half-open, and open where it has no end', () => {
  expect(isDuring({ from: TEN, to: null }, AT - 1)).toBe(false)
  expect(isDuring({ from: TEN, to: null }, AT)).toBe(true)
  expect(isDuring({ from: null, to: TEN }, AT - 1)).toBe(true)
  expect(isDuring({ from: null, to: TEN }, AT)).toBe(false)
  expect(isDuring({ from: null, to: '2026-11-24T11:00:00+01:00' }, AT)).toBe(false)
})

test('duties are the union of one’s own in force and those one covers', () => {
  const roles = [
    { role: 'slt' as const, from: null, to: null },
    { role: 'head' as const, from: null, to: TEN },
  ]
  const cover = { duty: 'dsl', person: 'x', from: TEN, to: '2026-11-25T10:00:00Z' } as const
  const state = {
    ...NO_GOVERNANCE,
    holders: new Map([['x', holder([], { roles })]]),
    covers: new Map([['c', cover]]),
  }
  expect(standingOf(state, 'x', AT - 1).duties).toEqual(['slt', 'head'])
  expect(standingOf(state, 'x', AT)).toMatchObject({ duties: ['slt', 'dsl'] })
})

test('a stranger, a disabled account, and a cover without any duty give no standing', () => {
  const cover = {
    duty: 'dsl',
    person: 'x',
    from: '2026-01-01T00:00:00Z',
    to: '2027-01-01T00:00:00Z',
  } as const
  const state = { ...NO_GOVERNANCE, covers: new Map([['c', cover]]) }
  const of = (facts?: ReturnType<typeof holder>) =>
    standingOf({ ...state, holders: new Map(facts && [['x', facts]]) }, 'x', AT).duties
  expect(of()).toEqual([])
  expect(of(holder([]))).toEqual([])
  expect(of(holder(['deputy_dsl'], { disabled: true }))).toEqual([])
  expect(of(holder(['deputy_dsl']))).toEqual(['deputy_dsl', 'dsl'])
})

test('who is absent is not on duty while it lasts', () => {
  const absent = [{ from: TEN, to: '2026-11-24T10:30:00Z' }]
  const holders = new Map(Object.entries({ ...ON_DUTY, dsl: holder(['dsl'], { absent }) }))
  const state = { ...NO_GOVERNANCE, holders }
  expect(onDuty(state, ['dsl', 'head'], AT)).toEqual(['head'])
  expect(onDuty(state, ['dsl', 'head'], AT + 30 * MINUTE)).toEqual(['dsl', 'head'])
})
