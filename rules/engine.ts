import { accessSentence, withOccasion } from './access/access-words.ts'
import { judgeAccess, type AccessOutcome, type AccessQuestion } from './access/judge-access.ts'
import type { BandwidthClass } from './bandwidth/bandwidth.ts'
import { addressRefused } from './content/address-refused.ts'
import { contentSentence } from './content/content-words.ts'
import {
  judgeContent,
  type CompiledProfile,
  type ContentOutcome,
  type FoundCategory,
} from './content/judge-content.ts'
import { observed } from './content/observed.ts'
import type { PolicyName } from './content/policy-names.ts'
import { profileActions } from './content/profile-actions.ts'
import { refusedUpstream } from './content/refused-upstream.ts'
import { severityOf } from './content/severity.ts'
import { falls, stricterOf } from './content/target-ruling.ts'
import type { AddressPlace, BlockedAnswer, Decider, Stance } from './decider.ts'
import type { ListImage } from './lists/list-image.ts'
import { SuffixHashes } from './lists/suffix-hashes.ts'
import { PermissionIndex } from './permissions/permission-index.ts'
import type { Permissions } from './permissions/permissions.ts'
import type { Permit } from './permissions/permits.ts'
import type { Policy, ProfilePolicy } from './policy/policy.ts'
import { withOverridesOf } from './policy/site-overrides.ts'
import { NOT_SEALED, type SealedIndex } from './sealed/sealed-index.ts'
import type { DeviceFacts } from './subject.ts'
import { findCategory } from './taxonomy/taxonomy.ts'
import type { Ruling } from './verdict.ts'

/** What an engine is compiled from; all of it immutable. */
export interface EngineParts {
  readonly revision: number
  readonly policy: Policy
  readonly permissions: Permissions
  /** The lists; `names` and `policyImage` are the hosts of policy and permissions, hashed with the same seed. */
  readonly lists: ListImage
  readonly names: readonly PolicyName[]
  readonly policyImage: ListImage
  /** The sealed feeds; absent where none is configured, and plain lists are all there is. */
  readonly sealed?: SealedIndex | null
}

/**
 * The compiled decision. A name's hashes find two small numbers: its tag set in the lists and its tag
 * set among the policy's own hosts. Together with the stance they have one answer for ever, which is
 * judged once, interned, and from then on is one array read:
 *
 *     rows[stance.index][tagSet]            for names that the policy does not mention
 *     named[stance.index].get(both sets)    for the few that it does
 *
 * Why not the whole matrix at compile time: 20 stances x 2,000 tag sets would be judged for a school
 * that meets 200 of them in a day.
 */
export class Engine implements Decider {
  readonly revision: number
  readonly #parts: EngineParts
  readonly #profiles: ReadonlyMap<string, CompiledProfile>
  readonly #sealed: SealedIndex | null
  readonly #sealedMissing: boolean
  readonly #hashes: SuffixHashes
  readonly #permissions: PermissionIndex

  readonly #stances = new Map<string, Stance>()
  readonly #interned = new Map<string, Ruling>()
  readonly #permits = new Map<string, readonly Permit[]>()
  /** By stance index: the same with its quota used up. */
  readonly #spent: Stance[] = []
  /** By stance index: the stance of an alias's target, which no lesson focus is about. */
  readonly #unfocused: Stance[] = []
  /** By stance index, then by tag set. Holes are answers that nobody has asked for yet. */
  readonly #rows: (Ruling | undefined)[][] = []
  /** By stance index, then by both tag sets. */
  readonly #named: Map<number, Ruling>[] = []
  /** By stance index, then by sealed feed. */
  readonly #sealedRows: Ruling[][] = []
  /** By index of the ruling that the address itself would get. */
  readonly #addressRulings = new Map<number, Ruling>()

  constructor(parts: EngineParts) {
    this.revision = parts.revision
    this.#parts = parts
    this.#hashes = new SuffixHashes(parts.lists.seed)
    this.#permissions = new PermissionIndex(withOverridesOf(parts.policy, parts.permissions))
    this.#profiles = new Map(
      parts.policy.profiles.map((policy) => [
        policy.id,
        { policy, actions: profileActions(policy), bandwidth: classNamed(policy, parts.policy) },
      ]),
    )
    this.#sealed = parts.sealed ?? null
    this.#sealedMissing =
      this.#sealed === null ? !holdsSealedNames(parts.lists) : this.#sealed.missing.length > 0
  }

  /** True while a sealed list is not there and the gate serves only the portal and `support.*`. */
  get sealedMissing(): boolean {
    return this.#sealedMissing
  }

  /** Stage 1: the same facts at the same time (epoch ms, inside the moment) give the same object. */
  judge(question: AccessQuestion, at: number): Stance {
    const inForce = this.#permissions.inForce(question, at)
    const outcome = judgeAccess(this.#parts.policy, question, inForce)
    const profile = outcome.profile === null ? undefined : this.#profiles.get(outcome.profile)
    const timedOpen = profile !== undefined && isTimedOpen(profile, question)
    // Who is let in nowhere has nothing that could be opened for him.
    const permits = profile === undefined ? [] : inForce.permits
    const observes = question.zone.mode === 'observe'
    return this.#stance(outcome, { timedOpen, permits, observes })
  }

  /**
   * A stance in a profile that no rule has led to, for previews: recent traffic is known by its profile
   * and not by its device. With `at` (epoch ms) the site overrides that are not over by then are in it, begun or
   * not. Null where the policy has no such profile.
   */
  stanceIn(profile: string, timedOpen: boolean, at = Infinity): Stance | null {
    if (!this.#profiles.has(profile)) return null
    const outcome = { profile, reasonCode: null, alert: false, ruleId: 'preview', window: null }
    return this.#stance(
      { ...outcome, explain: null, occasion: null },
      { timedOpen, permits: this.#permissions.overridesFrom(at), observes: false },
    )
  }

  /**
   * The same stance for a device that has used up a quota which closes it; itself where the profile has
   * none. Equal stances give the same object.
   */
  spent(stance: Stance): Stance {
    if (stance.bandwidth?.quota?.then !== 'block' || stance.isSpent === true) return stance
    const known = this.#spent[stance.index]
    if (known !== undefined) return known
    const spent = this.#enter({ ...stance, index: this.#rows.length, isSpent: true })
    this.#spent[stance.index] = spent
    const unfocused = this.#unfocused[stance.index]
    this.#unfocused[spent.index] =
      unfocused === undefined || unfocused === stance ? spent : this.spent(unfocused)
    return spent
  }

  /** When permissions may give the device another stance; the windows' edges are the caller's. */
  permissionEdge(device: DeviceFacts | null, at: number): number {
    return this.#permissions.edgeOf(device, at)
  }

  /** When permissions may give anybody another stance. */
  nextPermissionEdge(at: number): number {
    return this.#permissions.nextEdge(at)
  }

  decideWire(stance: Stance, bytes: Uint8Array, offset: number): Ruling {
    const { lists, policyImage } = this.#parts
    // Before all else, so that nothing which is read of the name later can matter (V01).
    const feed = this.#sealed === null ? NOT_SEALED : this.#sealed.findWire(bytes, offset)
    if (feed !== NOT_SEALED) return this.#sealedRuling(stance, feed)
    if (!this.#hashes.readWire(bytes, offset)) return this.#ruling(stance, 0, 0)
    return this.#ruling(stance, lists.find(this.#hashes), policyImage.find(this.#hashes))
  }

  decideHost(stance: Stance, host: string): Ruling {
    const { lists, policyImage } = this.#parts
    const feed = this.#sealed === null ? NOT_SEALED : this.#sealed.findHost(host)
    if (feed !== NOT_SEALED) return this.#sealedRuling(stance, feed)
    // What is no host name is in no category, and no policy can name it.
    if (!this.#hashes.readHost(host)) return this.#ruling(stance, 0, 0)
    return this.#ruling(stance, lists.find(this.#hashes), policyImage.find(this.#hashes))
  }

  decideUrl(stance: Stance, host: string, path: string): Ruling {
    const { lists, policyImage } = this.#parts
    const feed = this.#sealed === null ? NOT_SEALED : this.#sealed.findUrl(host, path)
    if (feed !== NOT_SEALED) return this.#sealedRuling(stance, feed)
    if (!this.#hashes.readHost(host)) return this.#ruling(stance, 0, 0)
    const tagSet = lists.findUrl(this.#hashes, path)
    return this.#ruling(stance, tagSet, policyImage.find(this.#hashes))
  }

  judgeTarget(stance: Stance, named: Ruling, bytes: Uint8Array, offset: number): Ruling {
    if (named.action === 'block') return named
    const unfocused = this.#unfocused[stance.index] ?? stance
    return stricterOf(named, this.decideWire(unfocused, bytes, offset))
  }

  get judgesAddresses(): boolean {
    return this.#parts.lists.hasRanges
  }

  judgeAddress(stance: Stance, named: Ruling, { bytes, at, octets }: AddressPlace): Ruling {
    if (named.action === 'block') return named
    const tagSet = this.#parts.lists.findAddress(bytes, at, octets)
    if (tagSet === 0) return named
    const unfocused = this.#unfocused[stance.index] ?? stance
    const ruling = this.#ruling(unfocused, tagSet, 0)
    // A warning or a safe mode is for a site; an address has no page to warn on.
    if ((ruling.wouldBe ?? ruling.action) !== 'block' || !falls(named, ruling)) return named
    if (named.wouldBe === 'block' && ruling.action !== 'block') return named
    const known = this.#addressRulings.get(ruling.index)
    if (known !== undefined) return known
    const refused = addressRefused(ruling, this.#interned.size)
    this.#interned.set(`address|${ruling.index}`, refused)
    this.#addressRulings.set(ruling.index, refused)
    return refused
  }

  refusedUpstream(stance: Stance, filter: string): Ruling {
    const key = `${stance.index}|upstream|${filter}`
    const known = this.#interned.get(key)
    if (known !== undefined) return known
    const ruling = { ...this.#rulingOf(stance, refusedUpstream(filter)), listSource: filter }
    this.#interned.set(key, ruling)
    return ruling
  }

  blockedAnswer(stance: Stance, carriesCa: boolean): BlockedAnswer {
    const profile = stance.profile === null ? undefined : this.#profiles.get(stance.profile)
    const answer = profile?.policy.blockedAnswer ?? 'by_ca'
    // Without the school's CA a page could only be shown behind a certificate warning, and clicking
    // through those is what nobody must learn here.
    if (answer === 'by_ca') return carriesCa ? 'page' : 'nodata'
    return answer
  }

  #stance(
    outcome: AccessOutcome,
    more: { timedOpen: boolean; permits: readonly Permit[]; observes: boolean },
  ): Stance {
    const { timedOpen, observes } = more
    const permits = this.#permitsOf(more.permits)
    const key = `${outcome.ruleId}|${outcome.profile ?? ''}|${outcome.reasonCode ?? ''}|${outcome.alert}|${outcome.window ?? ''}|${timedOpen}|${observes}|${keyOf(permits)}`
    const known = this.#stances.get(key)
    if (known !== undefined) return known
    const bandwidth = this.#profiles.get(outcome.profile ?? '')?.bandwidth ?? null
    const index = this.#rows.length
    const stance = this.#enter(
      stanceOf(outcome, { index, timedOpen, permits, observes, bandwidth }),
    )
    this.#stances.set(key, stance)
    // A site that the lesson is about lives on hosts that nobody thought of listing.
    const wider = permits.map((permit) =>
      permit.focus === null ? permit : { ...permit, focus: null },
    )
    const hasFocus = permits.some(({ focus }) => focus !== null)
    this.#unfocused[stance.index] = hasFocus
      ? this.#stance(outcome, { timedOpen, permits: wider, observes })
      : stance
    return stance
  }

  #enter(stance: Stance): Stance {
    this.#rows.push([])
    this.#named.push(new Map())
    return stance
  }

  #permitsOf(permits: readonly Permit[]): readonly Permit[] {
    const key = keyOf(permits)
    let known = this.#permits.get(key)
    if (known === undefined) this.#permits.set(key, (known = permits))
    return known
  }

  #ruling(stance: Stance, tagSet: number, nameSet: number): Ruling {
    if (nameSet === 0) {
      const row = this.#rows[stance.index]
      const known = row?.[tagSet]
      if (known !== undefined) return known
      const judged = this.#judge(stance, this.#foundIn(tagSet), [])
      if (row !== undefined) row[tagSet] = judged
      return judged
    }
    const named = this.#named[stance.index]
    // An image interns at most 2^21 tag sets, so a pair of them is exact in a double.
    const key = tagSet * 2_097_152 + nameSet
    const known = named?.get(key)
    if (known !== undefined) return known
    const judged = this.#judge(stance, this.#foundIn(tagSet), this.#namesIn(nameSet))
    named?.set(key, judged)
    return judged
  }

  /** Lists of the image come first in the numbers of lists, the feeds after them. */
  #sealedRuling(stance: Stance, feed: number): Ruling {
    const row = this.#sealedRows[stance.index] ?? []
    const known = row[feed]
    if (known !== undefined) return known
    const category = findCategory(this.#sealed?.feeds[feed]?.category ?? '')
    if (category === undefined) throw new Error('a sealed feed without a category')
    const list = this.#parts.lists.lists.length + feed
    const judged = this.#judge(stance, [{ category, list }], [])
    row[feed] = judged
    this.#sealedRows[stance.index] = row
    return judged
  }

  #judge(stance: Stance, found: readonly FoundCategory[], names: readonly PolicyName[]): Ruling {
    const profile = stance.profile === null ? undefined : this.#profiles.get(stance.profile)
    const outcome = judgeContent({
      profile: profile ?? null,
      accessReason: stance.reasonCode ?? (profile === undefined ? 'default' : null),
      timedOpen: stance.timedOpen,
      sealedMissing: this.#sealedMissing,
      found,
      names,
      permits: stance.permits,
      accessRule: stance.ruleId,
      spent: stance.isSpent === true ? (stance.bandwidth ?? null) : null,
    })
    return this.#intern(stance, outcome)
  }

  #namesIn(nameSet: number): PolicyName[] {
    const { names, policyImage } = this.#parts
    return policyImage.listsOf(nameSet).flatMap((list) => names[list] ?? [])
  }

  /** The categories of a tag set in taxonomy order; where two lists say the same, the first one. */
  #foundIn(tagSet: number): FoundCategory[] {
    const { lists } = this.#parts
    const byCategory = new Map<number, FoundCategory>()
    for (const list of lists.listsOf(tagSet)) {
      const category = findCategory(lists.lists[list]?.category ?? '')
      if (category !== undefined && !byCategory.has(category.index))
        byCategory.set(category.index, { category, list })
    }
    return [...byCategory.values()].sort((a, b) => a.category.index - b.category.index)
  }

  #intern(stance: Stance, outcome: ContentOutcome): Ruling {
    const { decided, ruleId, action, reasonCode } = outcome
    const category = decided?.category.index ?? -1
    const list = decided?.list ?? -1
    const safe = `${outcome.safe?.engine.id ?? ''}|${outcome.safe?.host ?? ''}`
    const key = `${stance.index}|${action}|${outcome.warn}|${reasonCode ?? ''}|${category}|${list}|${ruleId}|${outcome.openedBy}|${outcome.service ?? ''}|${safe}`
    const known = this.#interned.get(key)
    if (known !== undefined) return known
    const ruling = this.#rulingOf(stance, outcome)
    this.#interned.set(key, ruling)
    return ruling
  }

  #rulingOf(stance: Stance, outcome: ContentOutcome): Ruling {
    const { action, reasonCode, openedBy, decided } = outcome
    const source = this.#sourceOf(decided)
    const category = decided?.category.id ?? null
    const refused = action === 'block'
    const severity = severityOf(refused ? category : null, refused && stance.alert)
    const ruling: Ruling = {
      index: this.#interned.size,
      action,
      warn: outcome.warn,
      stage: outcome.stage,
      reasonCode,
      profile: stance.profile,
      alert: stance.alert || severity === 'high',
      category,
      ruleId: outcome.ruleId === '' ? stance.ruleId : outcome.ruleId,
      accessRule: stance.ruleId,
      ...source,
      severity,
      openedBy,
      safeHost: outcome.safe?.host ?? null,
      window: stance.window,
      cause: this.#sentenceOf(stance, outcome),
      policyVersion: this.revision,
      wouldBe: null,
    }
    return stance.observes === true ? observed(ruling) : ruling
  }

  /** The access stage's words where it refused, else the content stage's. */
  #sentenceOf(stance: Stance, outcome: ContentOutcome): string {
    if (outcome.stage === 'access' && outcome.reasonCode !== 'closed_profile') return stance.cause
    const profile = this.#profiles.get(stance.profile ?? '')
    const sentence = contentSentence(outcome, profile?.policy.label ?? null)
    // Help is open whatever the occasion is.
    return withOccasion(sentence, isAlwaysOpen(outcome) ? null : stance.occasion)
  }

  #sourceOf(found: FoundCategory | null): Pick<Ruling, 'listSource' | 'listVersion'> {
    const list = found?.list ?? -1
    const { lists } = this.#parts.lists
    const info = lists[list] ?? this.#sealed?.feeds[list - lists.length]
    return { listSource: info?.id ?? null, listVersion: info?.version ?? null }
  }
}

/** Where no feed is configured, plain lists of SEALED categories are what keeps illegal sites shut. */
function holdsSealedNames({ lists }: ListImage): boolean {
  return lists.some(
    ({ category, entries, urls }) =>
      findCategory(category)?.lock === 'SEALED' && entries + urls > 0,
  )
}

function isAlwaysOpen({ openedBy }: ContentOutcome): boolean {
  return openedBy === 'wellbeing' || openedBy === 'systems'
}

/** T allows in social profiles, and outside the profile's `timed_outside` window. */
function isTimedOpen({ policy }: CompiledProfile, { moment, device }: AccessQuestion): boolean {
  if (policy.social) return true
  if (policy.timedOutside === null) return false
  return !moment.inForce(policy.timedOutside, device?.phase ?? null)
}

function classNamed(profile: ProfilePolicy, { bandwidth }: Policy): BandwidthClass | null {
  return bandwidth?.classes.find(({ id }) => id === profile.bandwidth) ?? null
}

/** Equal for permits that open and close the same: an id is one permission's, whole or in part. */
function keyOf(permits: readonly Permit[]): string {
  return permits
    .map(({ id, locked, focus }) => `${id}${locked ? '!' : ''}${focus === null ? '' : '?'}`)
    .join(' ')
}

function stanceOf(
  outcome: AccessOutcome,
  more: Pick<Stance, 'index' | 'timedOpen' | 'permits' | 'observes' | 'bandwidth'>,
): Stance {
  return {
    ...more,
    profile: outcome.profile,
    reasonCode: outcome.reasonCode,
    alert: outcome.alert,
    ruleId: outcome.ruleId,
    window: outcome.window,
    occasion: outcome.occasion,
    cause: accessSentence(outcome),
  }
}
