import { expect, test } from 'vitest'
import { barredFrom, CONSOLE, FILE, mattersOf } from '../../../records/governance/matter.ts'
import { EMPTY_REGISTER } from '../../../records/register/register.ts'
import { AT, holder, ON_DUTY } from './sample-desk.ts'

const staff = { ...ON_DUTY, both: holder(['network_manager', 'dsl']) }
const register = { ...EMPTY_REGISTER, holders: new Map(Object.entries(staff)) }

function barred(author: string): string[] {
  return Object.keys(staff).filter(barredFrom(register, author, AT))
}

test('the author is barred, and of the files whoever keeps them', () => {
  expect(barred('dsl')).toEqual(['dsl'])
  expect(barred('both')).toEqual(['both'])
  expect(barred(FILE)).toEqual(['nm', 'it', 'both'])
  expect(barred(CONSOLE)).toEqual([])
})

test('a proposal waits since it was put, for its group', () => {
  const at = '2026-11-24T10:00:00.000Z'
  const proposal = { author: 'nm', approvers: 'head', endorsed: null, at } as const
  const [matter, ...others] = mattersOf(register, proposal, AT)
  expect(others).toEqual([])
  expect(matter).toMatchObject({ group: 'head', since: AT, alone: false })
  expect(matter?.barred('nm')).toBe(true)
})

test('what two offices must agree to is a matter of each, and of the other once one has', () => {
  const at = '2026-11-24T10:00:00.000Z'
  const proposal = { author: 'nm', approvers: 'head_and_dsl', endorsed: null, at } as const
  const groups = (waiting: Parameters<typeof mattersOf>[1]) =>
    mattersOf(register, waiting, AT).map(({ group, alone }) => `${group} ${String(alone)}`)
  expect(groups(proposal)).toEqual(['head true', 'dsl true'])
  const endorsed = { ...proposal, endorsed: { by: 'slt', office: 'head' } } as const
  expect(groups(endorsed)).toEqual(['dsl true'])
  // Who said the first yes is not the second person, whatever else he is.
  expect(mattersOf(register, endorsed, AT)[0]?.barred('slt')).toBe(true)
})
