import type { SourceReport } from '../list-source.ts'

/** What is left of a list must be at least this part of what was there (design.md section 7). */
const LEAST_SHARE = 0.7
/** Of an archive's smaller lists a third may go in a day's tidying; the whole and the larger ones count. */
const SMALL_PART = 50
/** A list may be dirty, a web page or a binary file is nothing but bad lines. */
const MOST_BAD_LINES = 0.5

type Entries = Readonly<Record<string, number>>

/** Entries by list of the copy; a list that stands in several categories is counted in each. */
export function entriesByPart(reports: readonly SourceReport[]): Entries {
  return Object.fromEntries(
    reports.map(({ name, category, entries, urls }) => [`${name} ${category}`, entries + urls]),
  )
}

/** Why a copy is no list, a sentence: then it can't come into force whoever says so. Null for a list. */
export function faultOfCopy(reports: readonly SourceReport[]): string | null {
  const lines = sumOf(reports.map((report) => report.lines))
  const badLines = sumOf(reports.map((report) => report.badLines))
  if (badLines > lines * MOST_BAD_LINES)
    return `no list: ${badLines} of ${lines} lines are no entries`
  const cut = reports.find(({ problem, entries, urls }) => problem !== null && entries + urls > 0)
  if (cut !== undefined) return cut.problem
  return sumOf(Object.values(entriesByPart(reports))) === 0 ? 'the list is empty' : null
}

/** By how much a list is smaller than the one in force, a sentence, where that is more than 30 %; else null. */
export function shrinkOf(now: Entries, before: Entries): string | null {
  const [was, is] = [before, now].map((entries) => sumOf(Object.values(entries)))
  if (was === undefined || is === undefined) return null
  if (is < was * LEAST_SHARE) return inWords('the list', was, is)
  for (const [part, entries] of Object.entries(before)) {
    const left = now[part] ?? 0
    const isSmall = entries < SMALL_PART && left > 0
    if (!isSmall && left < entries * LEAST_SHARE)
      return inWords(`its list \`${part}\``, entries, left)
  }
  return null
}

function inWords(what: string, was: number, is: number): string {
  return `${what} shrinks from ${was} to ${is} entries, more than 30 %`
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}
