import { expect, test } from 'vitest'
import { ATTEMPT_KINDS, LAYERS } from '../../records/attempt.ts'

test('kinds and layers keep their places: rings carry them as numbers', () => {
  expect(ATTEMPT_KINDS).toEqual(['a', 'aaaa', 'https', 'other_type', 'connection', 'went_on'])
  expect(LAYERS).toEqual(['dns', 'sni', 'http', 'connect', 'network'])
})
