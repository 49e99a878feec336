import type { ContentOutcome } from './judge-content.ts'

/** What another filter has against a name is not told: there is no category. */
export function refusedUpstream(filter: string): ContentOutcome {
  return {
    action: 'block',
    warn: false,
    stage: 'content',
    reasonCode: 'upstream_filter',
    decided: null,
    ruleId: 'chain',
    openedBy: 'nothing',
    because: `Refused by ${filter}, the filter in front of this one.`,
    service: null,
    safe: null,
  }
}
