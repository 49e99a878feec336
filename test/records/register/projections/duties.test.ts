import { expect, test } from 'vitest'
import { AT, coverEdit, holder, roleEdit, sampleDesk } from '../../governance/sample-desk.ts'

const DAY = { from: '2026-11-24T08:00:00Z', to: '2026-11-24T16:00:00Z' }

test('duties are put, changed and taken away', async () => {
  const { view, submit } = sampleDesk()
  await submit([roleEdit('new', holder(['teacher']))], 'head')
  await submit([roleEdit('new', holder(['slt']))], 'head')
  expect(
    view
      .current()
      .holders.get('new')
      ?.roles.map(({ role }) => role),
  ).toEqual(['slt'])
  await submit([{ kind: 'role.remove', objectId: 'new', after: null }], 'head')
  expect(view.current().holders.has('new')).toBe(false)
})

test('a cover that is put again with an earlier end is over', async () => {
  const { desk, view, submit } = sampleDesk()
  const cover = { duty: 'dsl', person: 'deputy', ...DAY } as const
  await submit([coverEdit(cover)], 'head')
  expect([...view.current().covers.values()]).toEqual([cover])
  await submit([coverEdit({ ...cover, to: '2026-11-24T09:00:00Z' })], 'head')
  expect([...view.current().covers.values()]).toEqual([{ ...cover, to: '2026-11-24T09:00:00Z' }])
  expect(desk.due(AT).every(({ what }) => what === 'review')).toBe(true)
})
