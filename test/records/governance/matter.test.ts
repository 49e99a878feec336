import { expect, test } from 'vitest'
import { barredFrom, CONSOLE, FILE, matterOf } from '../../../records/governance/matter.ts'
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
  const matter = matterOf(
    register,
    { author: 'nm', approvers: 'head', at: '2026-11-24T10:00:00.000Z' },
    AT,
  )
  expect(matter).toMatchObject({ group: 'head', since: AT })
  expect(matter.barred('nm')).toBe(true)
})
