import type { RecentRefusal } from '../../records/journal/journal-reads.ts'
import { accessSentence } from '../../rules/access/access-words.ts'
import { contentSentence } from '../../rules/content/content-words.ts'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { RefusedVisit } from './gate-pages.ts'

/** A refusal of the journal as `/why` shows it; the journal keeps codes, so the sentence is made anew. */
export function visitOf(refusal: RecentRefusal): RefusedVisit {
  const { ts, host, reasonCode, blockRef } = refusal
  return { at: Date.parse(ts), host, cause: causeOf(refusal), reasonCode, blockRef }
}

/** Reasons of the content stage speak of the site, all others of the device. */
const ABOUT_THE_SITE = new Set(['category', 'grant_needed', 'site', 'closed_profile', 'sealed'])

/** A refusal as the content stage tells it, so that the words here are those of the block page. */
const A_REFUSAL = {
  action: 'block',
  warn: false,
  stage: 'content',
  ruleId: '',
  openedBy: 'nothing',
  because: null,
  service: null,
  safe: null,
} as const

function causeOf({ reasonCode, category }: RecentRefusal): string {
  if (ABOUT_THE_SITE.has(reasonCode)) {
    const known = findCategory(category ?? '')
    const decided = known === undefined ? null : { category: known, list: null }
    return contentSentence({ ...A_REFUSAL, reasonCode, decided }, null)
  }
  return accessSentence({
    profile: null,
    reasonCode,
    alert: false,
    ruleId: '',
    window: null,
    explain: null,
    occasion: null,
  })
}
