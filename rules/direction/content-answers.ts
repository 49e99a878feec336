import {
  judgeContent,
  type CompiledProfile,
  type ContentOutcome,
  type FoundCategory,
} from '../content/judge-content.ts'
import type { PolicyName } from '../content/policy-names.ts'
import { engineOf } from '../content/safe-mode.ts'
import { holdEngine } from '../safe-modes/hold-engine.ts'
import { CATEGORIES, getCategory, type Category } from '../taxonomy/taxonomy.ts'

/** The content stage of one policy under one footing: all that a name's answer depends on, but the name. */
export interface ContentSide {
  /** Null: access is denied. */
  readonly profile: CompiledProfile | null
  readonly timedOpen: boolean
  /** Equal for sides that answer alike for every name that no policy mentions. */
  readonly key: string
}

export function contentSide(profile: CompiledProfile | null, timedOpen: boolean): ContentSide {
  if (profile === null) return { profile, timedOpen: false, key: 'denied' }
  const { closed, safeSearch, youtube, withoutSafeMode, floor = [] } = profile.policy
  const safe = `${safeSearch}|${youtube}|${withoutSafeMode}|${floor.toSorted().join()}`
  if (closed !== null)
    return {
      profile,
      timedOpen: false,
      key: `only:${closed.categories.toSorted().join()}|${profile.policy.id === 'portal'}|${safe}`,
    }
  // Profiles without T actions are open or closed at all times alike.
  const timed = timedOpen && profile.actions.includes('T')
  return { profile, timedOpen: timed, key: `${profile.actions.join('')}|${timed}|${safe}` }
}

/** Categories that a name may be found in together, and the one of them that the set is about. */
export interface CategorySet {
  readonly about: Category | null
  readonly found: readonly FoundCategory[]
}

const EDUCATION = [getCategory('edu.allow'), getCategory('adult.sex_education')] as const

/**
 * Categories that policies can treat in different ways. SEALED names are blocked by all of them, and
 * reaching what is ALWAYS open is nobody's to allow: that a refused device may now reach the exam
 * board or a help line makes no change a loosening.
 */
const DECIDABLE = CATEGORIES.filter(({ lock }) => lock !== 'SEALED' && lock !== 'ALWAYS')

/** No category, and each alone. */
export const LONE_SETS: readonly CategorySet[] = [
  { about: null, found: [] },
  ...DECIDABLE.map((about) => setOf(about)),
]

/**
 * Sets of categories that show every difference which any set would show, where two sides have the
 * same corrections. An answer is one category's (the strictest, LOCKED ones first), so a set that is
 * answered differently holds a single one that is; but education cancels others, so it is tried with
 * each of them.
 */
export const CATEGORY_SETS: readonly CategorySet[] = [
  ...LONE_SETS,
  ...EDUCATION.flatMap((about) => pairsWith(about)),
]

/**
 * For categories that a correction removes or a closed profile opens: by one side they hide what else
 * a name is in, by the other they leave it to decide. So each is tried with every other one.
 */
export function setsAround(hiding: ReadonlySet<string>): readonly CategorySet[] {
  return DECIDABLE.filter(({ id }) => hiding.has(id)).flatMap(pairsWith)
}

function pairsWith(about: Category): readonly CategorySet[] {
  return DECIDABLE.filter((other) => other !== about).map((other) => setOf(about, other))
}

function setOf(about: Category, ...others: readonly Category[]): CategorySet {
  const found = [about, ...others].map((category) => ({ category, list: null }))
  return { about, found: found.sort((a, b) => a.category.index - b.category.index) }
}

/** How strict the side's answer is for a name of these categories: an index of `ANSWERS`. */
export function answerOf(
  side: ContentSide,
  found: readonly FoundCategory[],
  names: readonly PolicyName[],
): number {
  return strictness(judge(side, found, names))
}

function judge(
  { profile, timedOpen }: ContentSide,
  found: readonly FoundCategory[],
  names: readonly PolicyName[],
): ContentOutcome {
  return judgeContent({
    profile,
    accessReason: profile === null ? 'default' : null,
    timedOpen,
    // A missing sealed list closes everything by both policies, so it would hide what they differ in.
    sealedMissing: false,
    found,
    names,
    // Permissions are compared when they are given; here only the policy's own rules are.
    permits: [],
    accessRule: '',
  })
}

/** How `entriesInForce` begins for a name that a closed profile lists. */
export const OPENED_HOST = 'only'

/**
 * What the entries for a name, the policy's own and the table of engines, come to on this side; equal
 * texts, and the same side, mean the same answers. Empty where they change nothing.
 */
export function entriesInForce(side: ContentSide, names: readonly PolicyName[]): string {
  const { profile } = side
  if (profile === null || names.length === 0) return ''
  const { id, closed } = profile.policy
  const held = heldAs(profile, names)
  if (closed !== null) {
    const listed = names.some((name) => name.kind === 'closed' && name.profile === id)
    return listed ? `${OPENED_HOST}${held}` : held
  }
  const corrections = names.flatMap((name) => (name.kind === 'correction' ? name.correction : []))
  const parts = [
    siteAction(side, names),
    // A trust's correction takes away what its floor closes; a school's does not.
    wordsOf(corrections.map(({ remove, ofTrust }) => remove && (ofTrust ? `${remove}!` : remove))),
    wordsOf(corrections.map(({ add }) => add)),
    held,
  ]
  return parts.every((part) => part === '') ? '' : parts.join('|')
}

/** What the profile makes of the name's engine. */
function heldAs({ policy }: CompiledProfile, names: readonly PolicyName[]): string {
  const engine = engineOf(names)
  if (engine === null) return ''
  const hold = holdEngine(engine, policy)
  const how = hold.kind === 'at' ? hold.host : `${hold.kind}:${policy.withoutSafeMode}`
  return `${engine.category}:${how}`
}

/** Asked of the engine, so that the longest name and block before allow are decided in one place. */
function siteAction(side: ContentSide, names: readonly PolicyName[]): string {
  const sites = names.flatMap((name) => (name.kind === 'site' ? [name] : []))
  const { openedBy, reasonCode } = judge(side, [], sites)
  if (openedBy === 'site') return 'allow'
  if (reasonCode !== 'site') return ''
  // Closed by the trust a name is beyond any grant for its LOCKED categories; by the school it is not.
  const ofTrust = sites.filter(({ rule }) => rule.ofTrust === true)
  return judge(side, [], ofTrust).reasonCode === 'site' ? 'block by trust' : 'block'
}

function wordsOf(categories: readonly (string | null)[]): string {
  return [...new Set(categories)]
    .filter((id) => id !== null)
    .sort()
    .join()
}

/**
 * Mildest first. What is opened by name or by education is milder than what nothing closes: an alias
 * to a blocked name leaves it open (design.md section 4, after the steps).
 */
const ANSWERS = [
  'allow always',
  'allow by name',
  'allow',
  'warn',
  'restrict',
  'restrict and warn',
  'moderate safe mode by name',
  'moderate safe mode',
  'moderate safe mode and warn',
  'safe mode by name',
  'safe mode',
  'safe mode and warn',
  'block unless granted',
  'block',
] as const

type Answer = (typeof ANSWERS)[number]

function strictness(outcome: ContentOutcome): number {
  return ANSWERS.indexOf(inWords(outcome))
}

function inWords(outcome: ContentOutcome): Answer {
  switch (outcome.action) {
    case 'allow':
      if (outcome.openedBy === 'nothing') return 'allow'
      return isByName(outcome) ? 'allow by name' : 'allow always'
    case 'warn':
      return 'warn'
    case 'restrict':
      return restrictedInWords(outcome)
    case 'block':
      return outcome.reasonCode === 'grant_needed' ? 'block unless granted' : 'block'
  }
}

function restrictedInWords(outcome: ContentOutcome): Answer {
  const { warn, safe } = outcome
  const level = safe?.level ?? null
  if (level === null) return warn ? 'restrict and warn' : 'restrict'
  const mode = level === 'strict' ? 'safe mode' : 'moderate safe mode'
  if (isByName(outcome)) return `${mode} by name`
  return warn ? `${mode} and warn` : mode
}

function isByName({ openedBy }: ContentOutcome): boolean {
  return openedBy === 'site' || openedBy === 'education'
}

export function answerInWords(answer: number): string {
  return ANSWERS[answer] ?? 'block'
}
