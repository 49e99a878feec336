import { expect, test } from 'vitest'
import { AT, coverEdit, holder, roleEdit, sampleDesk } from '../../governance/sample-desk.ts'

const DAY = { from: '2026-11-24T08:00:00Z', to: '2026-11-24T16:00:00Z' }

test('duties are put, changed and taken away', () => {
  const { view, submit } = sampleDesk()
  submit([roleEdit('new', holder(['teacher']))], 'head')
  submit([roleEdit('new', holder(['slt']))], 'head')
  expect(
    view
      .current()
      .holders.get('new')
      ?.roles.map(({ role }) => role),
  ).toEqual(['slt'])
  submit([{ kind: 'role.remove', objectId: 'new', after: null }], 'head')
  expect(view.current().holders.has('new')).toBe(false)
})

test('a cover that is put again with an earlier end is over', () => {
  const { desk, view, submit } = sampleDesk()
  const cover = { duty: 'dsl', person: 'deputy', ...DAY } as const
  submit([coverEdit(cover)], 'head')
  expect([...view.current().covers.values()]).toEqual([cover])
  submit([coverEdit({ ...cover, to: '2026-11-24T09:00:00Z' })], 'head')
  expect([...view.current().covers.values()]).toEqual([{ ...cover, to: '2026-11-24T09:00:00Z' }])
  expect(desk.due(AT).every(({ what }) => what === 'review')).toBe(true)
})
