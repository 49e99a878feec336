import { expect, it } from 'vitest'
import { ProblemError } from '../../../dashboard/server/problem.ts'

it('a problem says what it is, what happened, and which field is meant (RFC 9457)', () => {
  const fields = [{ path: 'login', message: 'missing' }]
  expect(new ProblemError('bad_request', 'a field is missing', fields).problem).toEqual({
    ...{ status: 400, type: 'bad_request', title: 'The request cannot be read' },
    ...{ detail: 'a field is missing', fields },
  })
  expect(new ProblemError('idle', 'again').problem).not.toHaveProperty('fields')
})
