import { IGNORED_REASONS, type IgnoredReason } from '../../rules/lists/list-line.ts'

/** How a file is read: line by line, each in whichever form it has, or as a response policy zone. */
export type SourceFormat = 'text' | 'rpz'

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
  /** `text` unless given, but `rpz` for files named `.rpz` or `.zone`. */
  readonly format?: SourceFormat
  /** Else the first 12 digits of the content's SHA-256. */
  readonly version?: string
  /** Somebody else's, who alone can mend a bad line of it: none is an alarm of this school. */
  readonly isForeign?: boolean
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
  readonly name: string
  readonly category: string
  readonly path: string
  readonly version: string
  /** Distinct host names, addresses, ranges of them and patterns. */
  readonly entries: number
  /** Distinct URL prefixes. */
  readonly urls: number
  /** Distinct exceptions, which take names out of this list. */
  readonly exceptions: number
  readonly lines: number
  /** All bad lines; `lineProblems` keeps the first `MAX_LINE_PROBLEMS`. */
  readonly badLines: number
  readonly lineProblems: readonly LineProblem[]
  /** Rules that are left out, by reason. */
  readonly ignored: Readonly<Partial<Record<IgnoredReason, number>>>
  /** Why the list as a whole is missing, empty or cut short; null when it is none of these. */
  readonly problem: string | null
}

/** Enough to see what is wrong with a list; a binary file taken for one must not fill the log. */
export const MAX_LINE_PROBLEMS = 20

/** What was left out of a list and why, a sentence a reason. */
export function ignoredSentences(ignored: SourceReport['ignored']): readonly string[] {
  return Object.entries(ignored).map(
    ([reason, count]) =>
      `${count} rules left out: they ${IGNORED_REASONS[reason as IgnoredReason]}`,
  )
}
