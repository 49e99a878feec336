import { expect, test } from 'vitest'
import { registerOf } from '../sample-entry.ts'

const FACTS = { role: 'staff', phase: null, year: null, details: 'c0ffee' }
const put = { kind: 'person.put', object_id: 'p-1', after: FACTS }
const remove = { ...put, kind: 'person.remove', before: FACTS, after: null }
const erase = {
  ...put,
  kind: 'person.erase',
  after: { erased: true },
  ts: '2026-12-01T00:00:00.000Z',
}

test('a person is as put last, and gone when removed', () => {
  expect(registerOf([put]).people.get('p-1')).toEqual(FACTS)
  expect(registerOf([put, remove]).people.size).toBe(0)
})

test('who was erased stays a person, whose name no file brings back', () => {
  const register = registerOf([put, erase])
  expect(register.people.get('p-1')).toEqual(FACTS)
  expect([...register.erased]).toEqual([['p-1', '2026-12-01T00:00:00.000Z']])
})

test('who left after that, and comes back, comes as a new person', () => {
  expect(registerOf([put, erase, remove]).erased.size).toBe(0)
  expect(registerOf([put, remove, erase, put]).erased.size).toBe(0)
})

test('a role that is none stops the reading', () => {
  expect(() => registerOf([{ ...put, after: { ...FACTS, role: 'king' } }])).toThrow('(role')
})
