import { expect, it } from 'vitest'
import { outcomeOf } from '../../../dashboard/server/outcome.ts'
import { ProblemError } from '../../../dashboard/server/problem.ts'

it.each([
  ['refused', 422],
  ['conflict', 409],
  ['unavailable', 503],
] as const)('what was %s is answered with %i and the desk’s own words', (kind, status) => {
  const run = () => outcomeOf({ kind, message: 'because' })
  expect(run).toThrow(ProblemError)
  try {
    run()
  } catch (error) {
    expect((error as ProblemError).problem).toMatchObject({ status, detail: 'because' })
  }
})

it('what is in force or waits is handed on as it is', () => {
  const outcome = { kind: 'applied', from: 1, to: 2 } as const
  expect(outcomeOf(outcome)).toBe(outcome)
})
