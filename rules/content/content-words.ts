import { findService } from '../services/services.ts'
import { SEALED_LIST_MISSING, type ContentOutcome } from './judge-content.ts'

/** One sentence a teacher understands for an outcome of the content stage; `audience` is the profile's label. */
export function contentSentence(outcome: ContentOutcome, audience: string | null): string {
  const said = sentenceOf(outcome, audience)
  const service = outcome.service === null ? undefined : findService(outcome.service)
  return service === undefined ? said : `${said.replace(/\.$/, '')} (part of ${service.name}).`
}

function sentenceOf(outcome: ContentOutcome, audience: string | null): string {
  if (outcome.because !== null) return `${outcome.because}${inSafeModeWords(outcome)}`
  const label = outcome.decided?.category.label ?? 'This site'
  const here = audience === null ? '' : ` for ${audience}`
  switch (outcome.action) {
    case 'allow':
      return allowedSentence(outcome, label, here)
    case 'restrict':
      return restrictedSentence(outcome, label, here)
    case 'warn':
      return `${label}: allowed after a warning${here}.`
    case 'block':
      return blockedSentence(outcome, label, here)
  }
}

function allowedSentence({ openedBy }: ContentOutcome, label: string, here: string): string {
  if (openedBy === 'wellbeing') return 'Help and reporting services are always open.'
  if (openedBy === 'systems') return 'School and government systems are always open.'
  return `${label}: allowed${here}.`
}

/** Added to a person's own words, which say nothing of it. */
function inSafeModeWords({ safe }: ContentOutcome): string {
  return safe?.host === null || safe === null
    ? ''
    : ` ${safe.engine.name} is open in its safe mode.`
}

function restrictedSentence(
  { safe, decided }: ContentOutcome,
  label: string,
  here: string,
): string {
  if (safe !== null) return `${label}: ${safe.engine.name} is allowed in its safe mode${here}.`
  const how =
    HOW_RESTRICTED[decided?.category.id ?? ''] ?? 'the gate knows no safe mode of this site'
  return `${label}: allowed${here}; ${how}.`
}

/** What restrict means where it is not a safe mode (requirements.md section 4). */
const HOW_RESTRICTED: Readonly<Record<string, string>> = {
  'sec.shortener': 'where a short link leads is judged by itself',
  'life.translation': 'pages shown through a translator are judged as web proxies',
}

function blockedSentence(outcome: ContentOutcome, label: string, here: string): string {
  const { reasonCode, ruleId, safe } = outcome
  if (ruleId === SEALED_LIST_MISSING) return CLOSED_WITHOUT_LISTS
  if (safe !== null) {
    const { name, mode } = safe.engine
    const only = mode.kind === 'none' && mode.only !== null ? ` (only ${mode.only} would do)` : ''
    return `${label}: ${name} has no safe mode that a network can hold it to${only}: not open${here}.`
  }
  switch (reasonCode ?? '') {
    case 'sealed':
      return 'Access to this page is denied because it is on a list of illegal content.'
    case 'grant_needed':
      return `${label}: closed unless a member of staff has been granted it${here}.`
    case 'closed_profile':
      return `Only a short list of sites is open here and now${here}.`
    default:
      return `${label}: not open${here}.`
  }
}

/** Of a site that is refused for no fault of its own nobody may be told that it is illegal. */
const CLOSED_WITHOUT_LISTS =
  'The filter lacks its list of illegal sites, so only help and school systems are open until it is back.'
