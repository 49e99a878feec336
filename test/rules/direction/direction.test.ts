import { expect, test } from 'vitest'
import { reachOf } from '../../../rules/direction/direction.ts'

test('a reach of people alone leaves place, time and profile open', () => {
  expect(reachOf(['staff'])).toEqual({
    roles: ['staff'],
    ownership: null,
    phases: [],
    zones: [],
    windows: [],
    profile: null,
  })
})
