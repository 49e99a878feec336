/**
 * An answer that is no success, as RFC 9457 writes it. `type` is a word of ours that a page can act on;
 * `detail` is a sentence for the person who asked.
 */
export interface Problem {
  readonly status: number
  readonly type: ProblemType
  readonly title: string
  readonly detail: string
  /** Which field of the request is wrong, and how. */
  readonly fields?: readonly { readonly path: string; readonly message: string }[]
}

const PROBLEM_TYPES = {
  bad_request: [400, 'The request cannot be read'],
  unauthenticated: [401, 'Sign in first'],
  idle: [401, 'Locked after ten minutes without activity'],
  second_factor: [401, 'A second factor is needed'],
  forbidden: [403, 'Not yours to do'],
  cross_site: [403, 'The request does not come from this dashboard'],
  not_found: [404, 'There is no such thing'],
  conflict: [409, 'Somebody changed it meanwhile'],
  too_large: [413, 'Too much at once'],
  refused: [422, 'Refused'],
  too_many: [429, 'Too many attempts'],
  internal: [500, 'Something broke'],
  unavailable: [503, 'The ledger cannot be reached'],
} as const
export type ProblemType = keyof typeof PROBLEM_TYPES

/** Thrown by a handler to end a request; `admin-app.ts` turns it into the answer. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(type: ProblemType, detail: string, fields?: Problem['fields']) {
    super(detail)
    const [status, title] = PROBLEM_TYPES[type]
    this.problem = { status, type, title, detail, ...(fields && { fields }) }
  }
}
