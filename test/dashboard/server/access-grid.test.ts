import { expect, it } from 'vitest'
import { accessGrid } from '../../../dashboard/server/access-grid.ts'
import { examplePolicy } from '../../support/example-policy.ts'

/** A Tuesday at ten. */
const AT = Date.parse('2026-11-24T10:00:00Z')

const grid = accessGrid(examplePolicy(), AT)

function cell(zone: string, label: string, phase: string | null = null) {
  const column = grid.kinds.findIndex((kind) => kind.label === label && kind.phase === phase)
  return grid.cells[grid.zones.indexOf(zone)]?.[column]
}

it('is what the gate’s access stage says of each kind of device in each zone', () => {
  expect(cell('classroom', 'Staff, own phone')).toMatchObject({
    profile: null,
    reason: 'reception_hours',
  })
  expect(cell('classroom', 'Pupils, school laptop', 'secondary')?.profile).toMatch(/secondary/)
  expect(cell('classroom', 'Pupils, own phone', 'secondary')?.profile).toBeNull()
  expect(cell('reception', 'Visitors, own phone')?.profile).toBe('visitor')
  expect(cell('changing_toilet_cloakroom', 'Staff, own phone')).toMatchObject({ alert: true })
})

it('has a cell for every zone and kind', () => {
  expect(grid.cells.every((row) => row.length === grid.kinds.length)).toBe(true)
  expect(grid.cells.length).toBe(grid.zones.length)
})
