import { expect, test } from 'vitest'
import { STANDARD_DEPS } from '../../commands/standard-deps.ts'
import { captured } from '../support/captured-output.ts'

test('a command’s lines go to stdout, its complaints to stderr, each with an end of line', async () => {
  const ran = await captured(() => {
    STANDARD_DEPS.out('an answer')
    STANDARD_DEPS.err('a complaint')
    return 0
  })
  expect(ran).toEqual({ code: 0, out: 'an answer\n', err: 'a complaint\n' })
})

test('commands have the time of the wall', () => {
  const before = Date.now()
  const seen = [STANDARD_DEPS.now(), STANDARD_DEPS.clock()]
  const after = Date.now()
  expect(seen.every((at) => at >= before && at <= after)).toBe(true)
})
