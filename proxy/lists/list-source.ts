/** One list as the policy or an operator names it. */
export interface ListSource {
  /** Shown in verdicts; the same list may stand in several categories under one id. */
  readonly id: string
  /** What people read; the id unless given. */
  readonly name?: string
  readonly category: string
  /** A file, plain or gzip, or a directory in UT1 layout (`domains` and `urls`). */
  readonly path: string
  /** What a bare name means; `subtree` unless the list says otherwise (see `parseListLine`). */
  readonly scope?: 'host' | 'subtree'
  /** Else the first 12 digits of the content's SHA-256. */
  readonly version?: string
}

/** A line that was not understood, and where. */
export interface LineProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** What became of one source. */
export interface SourceReport {
  readonly id: string
  readonly category: string
  readonly path: string
  readonly version: string
  /** Distinct host names and addresses. */
  readonly entries: number
  /** Distinct URL prefixes. */
  readonly urls: number
  readonly lines: number
  /** All bad lines; `lineProblems` keeps the first `MAX_LINE_PROBLEMS`. */
  readonly badLines: number
  readonly lineProblems: readonly LineProblem[]
  /** Why the list as a whole is missing, empty or cut short; null when it is none of these. */
  readonly problem: string | null
}

/** Enough to see what is wrong with a list; a binary file taken for one must not fill the log. */
export const MAX_LINE_PROBLEMS = 20
