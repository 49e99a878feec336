import { requestTarget } from '../rules/names/request-target.ts'
import { askChained } from '../proxy/dns/ask-chained.ts'
import type { ChainedFilter } from '../proxy/dns/chained-filter.ts'
import type { Revision } from '../proxy/policy/bundle.ts'
import { verdictOf } from '../rules/verdict-of.ts'
import type { Verdict } from '../rules/verdict.ts'
import type { Question } from './explain-question.ts'

/** A verdict with what the other filter of a chained zone makes of it, and what had to be assumed. */
export interface ChainedVerdict {
  readonly verdict: Verdict
  readonly assumed: readonly string[]
}

/**
 * In a zone that is chained to another filter: asks it, now, about what this gate lets through. What it
 * said at another time, or will say, nobody knows.
 */
export async function afterChain(
  verdict: Verdict,
  asked: {
    readonly revision: Revision
    readonly question: Question
    readonly filter: ChainedFilter | null
    readonly isNow: boolean
  },
): Promise<ChainedVerdict> {
  const { revision, question, filter, isNow } = asked
  const subject = revision.subjects.ask(question, question.at)
  if (subject?.chained !== true || verdict.action === 'block') return { verdict, assumed: [] }
  if (filter === null)
    return { verdict, assumed: ['`dns.chain` names no filter, so none is asked in this zone'] }
  if (!isNow) return { verdict, assumed: [`${filter.name} lets it through at that time`] }
  const { host, path } = requestTarget(question.url)
  const own = revision.engine.decideUrl(subject.stance, host, path)
  if (own.openedBy === 'wellbeing') return { verdict, assumed: [] }
  const said = await askChained(filter, host)
  if (said === 'lets through') return { verdict, assumed: [] }
  if (said === 'silent')
    return { verdict, assumed: [`${filter.name} lets it through; it did not answer just now`] }
  const ruling = revision.engine.refusedUpstream(subject.stance, filter.name)
  const { zone, windows, validUntil } = subject
  return { verdict: verdictOf(ruling, { zone, windows, validUntil }), assumed: [] }
}
