import { octetsInWords, periodInWords, type BandwidthClass } from '../bandwidth/bandwidth.ts'
import type { PolicyName } from './policy-names.ts'
import type { Permit, PermitUse } from '../permissions/permits.ts'
import type { ProfilePolicy } from '../policy/policy.ts'
import { engineOf, inSafeMode, recognised } from './safe-mode.ts'
import { closedByTrust, saidByName, type Said } from './said-by-name.ts'
import type { Engine } from '../safe-modes/engines.ts'
import type { SafeLevel } from '../safe-modes/hold-engine.ts'
import type { Action, OpenedBy } from '../verdict.ts'
import {
  CATEGORIES,
  getCategory,
  UNCATEGORISED,
  type Category,
  type TaxonomyAction,
} from '../taxonomy/taxonomy.ts'

/** A category that a list gives to a name, and which list. */
export interface FoundCategory {
  readonly category: Category
  /** List index in the image; null where a correction of the policy added the category. */
  readonly list: number | null
}

/** Everything that the content stage may depend on. */
export interface ContentQuestion {
  /** Null when access is denied. */
  readonly profile: CompiledProfile | null
  /** Why access is denied or the profile holds the device back; else null. */
  readonly accessReason: string | null
  readonly timedOpen: boolean
  /** No sealed list is loaded: only `support.*` and the portal are served (design.md section 7). */
  readonly sealedMissing: boolean
  /** In taxonomy order, each category once. */
  readonly found: readonly FoundCategory[]
  readonly names: readonly PolicyName[]
  /** What people have opened or closed for the device for a while. */
  readonly permits: readonly Permit[]
  /** The rule of the access stage that gave the profile. */
  readonly accessRule: string
  /** Its quota, where the device has used it up and is closed for that; else null. */
  readonly spent?: BandwidthClass | null
}

export interface CompiledProfile {
  readonly policy: ProfilePolicy
  /** By category index. */
  readonly actions: readonly TaxonomyAction[]
  readonly bandwidth?: BandwidthClass | null
}

export interface ContentOutcome {
  readonly action: Action
  readonly warn: boolean
  readonly stage: 'access' | 'content'
  readonly reasonCode: string | null
  readonly decided: FoundCategory | null
  readonly ruleId: string
  readonly openedBy: OpenedBy
  /** The policy's own words for a site rule or correction, else null. */
  readonly because: string | null
  /** The service whose host decided, by id; null where the policy named the host itself, or no host. */
  readonly service: string | null
  /** The known engine whose safe mode was asked for; null where none was, or the profile left it alone. */
  readonly safe: SafeModeOutcome | null
}

export interface SafeModeOutcome {
  readonly engine: Engine
  /** At which host it is reached instead; null for what is safe itself, and for what has no safe mode. */
  readonly host: string | null
  readonly level: SafeLevel | null
}

/** The rule that closes nearly everything while a sealed list is not there. */
export const SEALED_LIST_MISSING = 'content.sealed_list_missing'

const WELLBEING = getCategory('support.wellbeing')
const SYSTEMS = getCategory('support.systems')
const SEX_EDUCATION = getCategory('adult.sex_education')
const PORNOGRAPHY = getCategory('adult.pornography')
const EDUCATION = getCategory('edu.allow')

/** Stage 2 of design.md section 4; the numbers are its steps, and their order is the behaviour. */
export function judgeContent(asked: ContentQuestion): ContentOutcome {
  const engine = engineOf(asked.names)
  const question = recognised(asked, engine)
  return (
    sealed(question) ?? // 1: whatever else holds, corrections included
    wellbeing(question) ?? // 2: beats every denial, because help must never be refused
    sealedListMissing(question) ?? // fail closed, but never against 2
    accessDenied(question) ?? // 3
    systems(question) ?? // 4: in every profile but `portal`
    tunnel(question) ?? // above 5: an exam's list is no way out of a sanction, either
    withinQuota(
      question,
      inSafeMode(
        // Whatever opens an engine: a site rule for it does not ask for its unsafe results.
        closedProfile(question) ?? // 5
          judgeCorrected(correct(question)), // 6, then 7 to 12 on what is left
        question.profile,
        engine,
      ),
    )
  )
}

/**
 * Last of all: a name that is refused for what it is keeps that reason, for those who look after the child.
 * Help, school systems and closed profiles (an exam, a glucose monitor) have no quota.
 */
function withinQuota({ profile, spent }: ContentQuestion, outcome: ContentOutcome): ContentOutcome {
  if (spent?.quota === undefined || spent.quota === null) return outcome
  if (outcome.action === 'block' || profile?.policy.closed !== null) return outcome
  const { octets, per } = spent.quota
  return {
    ...block('bandwidth', null, `bandwidth.${spent.id}`),
    because: `This device has used its allowance of ${octetsInWords(octets)} ${periodInWords(per)}.`,
  }
}

function judgeCorrected(question: ContentQuestion): ContentOutcome {
  const named = outcomeOfSaid(saidByName(question), question)
  return (
    floored(question) ?? // what a trust closes for its schools is as LOCKED, and beyond any grant
    outcomeOfSaid(closedByTrust(question), question) ?? // by name, too
    locked(question) ?? // 7
    (named?.action === 'block' ? named : null) ?? // 8: the school's own block
    outOfFocus(question) ?? // 8: what the lesson is not about, opened elsewhere or not
    named ?? // 9
    byCategories(cancelledByEducation(question))
  )
}

function sealed({ found }: ContentQuestion): ContentOutcome | null {
  const hit = found.find(({ category }) => category.lock === 'SEALED')
  if (hit === undefined) return null
  return block('sealed', hit, 'content.sealed')
}

function wellbeing({ found }: ContentQuestion): ContentOutcome | null {
  const hit = found.find(({ category }) => category === WELLBEING)
  return hit === undefined ? null : open('wellbeing', hit, 'content.support.wellbeing')
}

function sealedListMissing(question: ContentQuestion): ContentOutcome | null {
  if (!question.sealedMissing) return null
  if (systems(question) !== null || question.profile?.policy.id === 'portal') return null
  return block('sealed', null, SEALED_LIST_MISSING)
}

function accessDenied({ profile, accessReason, found }: ContentQuestion): ContentOutcome | null {
  if (profile !== null) return null
  return { ...block(accessReason ?? 'default', found[0] ?? null, ''), stage: 'access' }
}

function systems({ profile, found }: ContentQuestion): ContentOutcome | null {
  if (profile?.policy.id === 'portal') return null
  const hit = found.find(({ category }) => category === SYSTEMS)
  return hit === undefined ? null : open('systems', hit, 'content.support.systems')
}

/** A host through which the device sent data past the filter. */
function tunnel(question: ContentQuestion): ContentOutcome | null {
  const [sanction] = permitsNaming(question, 'closes')
  if (sanction === undefined) return null
  return { ...block('bypass:dns_tunnel', null, sanction.id), because: sanction.because }
}

function closedProfile(question: ContentQuestion): ContentOutcome | null {
  const { profile, found, accessReason } = question
  const closed = profile?.policy.closed
  if (profile === null || closed === null || closed === undefined) return null
  const { id } = profile.policy
  const listed = found.find(({ category }) => closed.categories.includes(category.id))
  if (listed !== undefined) return allow(listed, `profiles.${id}.only`)
  const named = namedInClosed(question, id)
  if (named !== null) return named
  // In `portal` and `quarantine` the reason is why the device is there.
  const reason = accessReason ?? 'closed_profile'
  return { ...block(reason, found[0] ?? null, `profiles.${id}.only`), stage: 'access' }
}

/** A host of the profile's own list, or of the very grant that gave the profile: a medical one brings its sites. */
function namedInClosed(question: ContentQuestion, id: string): ContentOutcome | null {
  const first = question.found[0] ?? null
  const named = question.names.find((name) => name.kind === 'closed' && name.profile === id)
  if (named !== undefined) {
    const opened = open('site', first, `profiles.${id}.only`)
    return { ...opened, service: named.host.service ?? null }
  }
  const own = permitsNaming(question, 'opens').find((permit) => permit.id === question.accessRule)
  return own === undefined ? null : { ...open('site', first, own.id), because: own.because }
}

/** Step 6. SEALED is gone from here on and can't be added: `checkReferences` refuses it, and so does this. */
function correct(question: ContentQuestion): ContentQuestion {
  const corrections = question.names.flatMap((name) =>
    name.kind === 'correction' ? [name.correction] : [],
  )
  const floor = question.profile?.policy.floor ?? []
  const removed = new Set(
    corrections.flatMap(({ remove, ofTrust }) =>
      remove === null || (floor.includes(remove) && ofTrust !== true) ? [] : [remove],
    ),
  )
  const kept = question.found.filter(({ category }) => !removed.has(category.id))
  const added = corrections.flatMap(({ add }): FoundCategory[] => {
    const category = CATEGORIES.find(({ id, lock }) => id === add && lock !== 'SEALED')
    const known = category !== undefined && kept.some((found) => found.category === category)
    return category === undefined || known ? [] : [{ category, list: null }]
  })
  const found = [...kept, ...added].sort((a, b) => a.category.index - b.category.index)
  // Built in: UT1 says that sex-education sites are often taken for pornography.
  if (!found.some(({ category }) => category === SEX_EDUCATION)) return { ...question, found }
  return { ...question, found: found.filter(({ category }) => category !== PORNOGRAPHY) }
}

function floored({ profile, found }: ContentQuestion): ContentOutcome | null {
  const floor = profile?.policy.floor
  const hit = floor && found.find(({ category }) => floor.includes(category.id))
  return hit ? block('category', hit, `floor.${hit.category.id}`) : null
}

/** Step 7. LOCKED actions are B or G; a grant of head and DSL is the only key to G. */
function locked(question: ContentQuestion): ContentOutcome | null {
  const { profile, found, permits } = question
  if (profile === null) return null
  const hits = found.filter(({ category }) => category.lock === 'LOCKED')
  // Where one of them is beyond any grant, that is the one to name: asking for a grant would be in vain.
  const beyond = hits.find(({ category }) => profile.actions[category.index] !== 'G')
  if (beyond !== undefined) return block('category', beyond, `category.${beyond.category.id}`)
  if (permitsNaming(question, 'opens').some((permit) => permit.locked)) return null
  const shut = hits.find(({ category }) => grantOf(category, permits) === undefined)
  return shut === undefined ? null : block('grant_needed', shut, `category.${shut.category.id}`)
}

/** The permits in force that name this host in this way. */
function permitsNaming({ names, permits }: ContentQuestion, use: PermitUse): readonly Permit[] {
  return permits.filter(({ id }) =>
    names.some((name) => name.kind === 'permit' && name.permit === id && name.use === use),
  )
}

/** The grant in force that opens the category; of LOCKED only one of head and DSL does. */
function grantOf({ id, lock }: Category, permits: readonly Permit[]): Permit | undefined {
  if (lock === 'SEALED') return undefined
  return permits.find(
    ({ categories, locked: opensLocked }) =>
      categories.includes(id) && (opensLocked || lock !== 'LOCKED'),
  )
}

/** Step 8: a lesson is about some sites and nothing else, until the bell. */
function outOfFocus(question: ContentQuestion): ContentOutcome | null {
  const about = new Set([...permitsNaming(question, 'focus'), ...permitsNaming(question, 'opens')])
  const lesson = question.permits.find((permit) => permit.focus !== null && !about.has(permit))
  if (lesson === undefined) return null
  const because = 'Until the bell this lesson is about other sites.'
  return { ...block('lesson_focus', question.found[0] ?? null, lesson.id), because }
}

/** Steps 8 and 9, and what a trust closes: as it was said of the host. */
function outcomeOfSaid(said: Said | null, { found }: ContentQuestion): ContentOutcome | null {
  if (said === null) return null
  const { id, action, because, service } = said
  const decided = found[0] ?? null
  const outcome = action === 'block' ? block('site', decided, id) : open('site', decided, id)
  return { ...outcome, because, service }
}

/** Step 10: where its own action allows, education cancels the host's other FLOOR and OPEN categories. */
function cancelledByEducation(question: ContentQuestion): ContentQuestion {
  const { found } = question
  const cancels = found.filter(
    ({ category }) =>
      (category === EDUCATION || category === SEX_EDUCATION) &&
      settledLetter(category, question).letter === 'A',
  )
  return cancels.length === 0 ? question : { ...question, found: cancels }
}

/** Steps 11 and 12. */
function byCategories(question: ContentQuestion): ContentOutcome {
  const found =
    question.found.length > 0 ? question.found : [{ category: UNCATEGORISED, list: null }]
  let strictest: FoundCategory | null = null
  let rank = -1
  let warn = false
  for (const candidate of found) {
    const { letter } = settledLetter(candidate.category, question)
    warn ||= letter === 'W'
    if (RANK[letter] <= rank) continue
    rank = RANK[letter]
    strictest = candidate
  }
  const decided = strictest ?? found[0] ?? { category: UNCATEGORISED, list: null }
  const { letter, grant } = settledLetter(decided.category, question)
  if (grant !== undefined) return { ...allow(decided, grant.id), because: grant.because }
  return outcomeOf(letter, decided, { warn })
}

/** Strictest first is block, restrict, warn, allow; a grant that nobody holds blocks. */
const RANK: Readonly<Record<SettledAction, number>> = { A: 0, W: 1, R: 2, G: 3, B: 4 }

type SettledAction = Exclude<TaxonomyAction, 'T'>

/** The category's action for this device, here and now, and the grant that made it one to allow. */
function settledLetter(
  category: Category,
  { profile, timedOpen, permits }: ContentQuestion,
): { readonly letter: SettledAction; readonly grant?: Permit } {
  const action = profile?.actions[category.index] ?? 'B'
  if (action === 'A' || (action === 'T' && timedOpen)) return { letter: 'A' }
  const grant = grantOf(category, permits)
  if (grant !== undefined) return { letter: 'A', grant }
  return { letter: action === 'T' ? 'B' : action }
}

function outcomeOf(
  action: SettledAction,
  decided: FoundCategory,
  { warn }: { warn: boolean },
): ContentOutcome {
  const ruleId = `category.${decided.category.id}`
  switch (action) {
    case 'A': {
      const education = decided.category === EDUCATION || decided.category === SEX_EDUCATION
      return { ...allow(decided, ruleId), openedBy: education ? 'education' : 'nothing' }
    }
    case 'R':
      return { ...allow(decided, ruleId), action: 'restrict', warn }
    case 'W':
      return { ...allow(decided, ruleId), action: 'warn', warn: true }
    case 'B':
      return block('category', decided, ruleId)
    case 'G':
      return block('grant_needed', decided, ruleId)
  }
}

function block(reasonCode: string, decided: FoundCategory | null, ruleId: string): ContentOutcome {
  return {
    action: 'block',
    warn: false,
    stage: 'content',
    reasonCode,
    decided,
    ruleId,
    openedBy: 'nothing',
    because: null,
    service: null,
    safe: null,
  }
}

function allow(decided: FoundCategory | null, ruleId: string): ContentOutcome {
  return { ...block('', decided, ruleId), action: 'allow', reasonCode: null }
}

function open(openedBy: OpenedBy, decided: FoundCategory | null, ruleId: string): ContentOutcome {
  return { ...allow(decided, ruleId), openedBy }
}
