import { expect, test } from 'vitest'
import { recentTraffic } from '../../commands/recent-traffic.ts'
import { schoolFolder } from '../support/school-folder.ts'
import { writeTally } from '../support/tally-of.ts'

test('the newest hours of the tally, by the gate’s own clock', () => {
  const school = schoolFolder()
  const loaded = { config: school.config(), directory: school.directory }
  expect(recentTraffic(loaded, 48)).toEqual({ rows: [], until: null })
  writeTally(school.path('records'), [['a.example', 'staff', 2, 5]])
  expect(recentTraffic(loaded, 1)).toEqual({
    rows: [{ host: 'a.example', profile: 'staff', verdict: 'block', requests: 5, devices: 2 }],
    until: '2026-11-24T11:00:00.000Z',
  })
})

test('a journal that has counted nothing has no traffic', () => {
  const school = schoolFolder()
  writeTally(school.path('records'), [])
  const loaded = { config: school.config(), directory: school.directory }
  expect(recentTraffic(loaded, 48).rows).toEqual([])
})
