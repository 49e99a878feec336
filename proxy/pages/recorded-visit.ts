import type { RecentRefusal } from '../../records/journal/journal-reads.ts'
import { accessSentence } from '../../rules/access/access-words.ts'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { RefusedVisit } from './gate-pages.ts'

/** A refusal of the journal as `/why` shows it; the journal keeps codes, so the sentence is made anew. */
export function visitOf(refusal: RecentRefusal): RefusedVisit {
  const { ts, host, reasonCode, blockRef } = refusal
  return { at: Date.parse(ts), host, cause: causeOf(refusal), reasonCode, blockRef }
}

/** Reasons of the content stage speak of the site, all others of the device. */
const ABOUT_THE_SITE = new Set(['category', 'grant_needed', 'site', 'closed_profile', 'sealed'])

function causeOf({ reasonCode, category }: RecentRefusal): string {
  if (ABOUT_THE_SITE.has(reasonCode))
    return `${findCategory(category ?? '')?.label ?? 'This site'}: not open.`
  return accessSentence({
    profile: null,
    reasonCode,
    alert: false,
    ruleId: '',
    window: null,
    explain: null,
  })
}
