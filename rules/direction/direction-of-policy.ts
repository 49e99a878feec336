import { NO_PLACES } from '../identity/settle-zone.ts'
import { octetsInWords, type Quota } from '../bandwidth/bandwidth.ts'
import type { Policy, ProfilePolicy } from '../policy/policy.ts'
import { overrideInstants } from '../policy/site-overrides.ts'
import { ROLES, type Role, type ZoneMode } from '../subject.ts'
import type { Audience } from '../taxonomy/taxonomy.ts'
import { accessPairs, type AccessPair } from './access-pairs.ts'
import type { ContentSide } from './content-answers.ts'
import { ContentDifferences, type Difference } from './content-differences.ts'
import { reachOf, type DirectionReport, type Reach } from './direction.ts'
import { Findings, type Side } from './findings.ts'
import { Footings, type Footing } from './footings.ts'
import { compareLists, type HeldSide } from './list-changes.ts'
import { momentPairs } from './moment-pairs.ts'
import { comparePromises } from './promise-changes.ts'
import { placePairs } from './place-pairs.ts'
import { nameClasses } from './name-classes.ts'
import { postureChanges } from './posture-changes.ts'
import { sanctionChanges } from './sanction-changes.ts'
import { visitChanges } from './visit-changes.ts'

/**
 * Whether `after` lets anybody do more or less than `before`, told by what the engine would answer to
 * every device, in every place, at every moment and for every name there could be; never by the
 * policy's text. A rule that begins or ends by itself is judged at each time from `at` (epoch ms) on: what is over
 * by then makes no difference. A device that was let in and is now held back in `portal` or `quarantine` has less,
 * although the pages that help it out of there are open. What can't be judged loosens.
 */
export function directionOfPolicy(
  before: Policy | null,
  after: Policy,
  at = -Infinity,
): DirectionReport {
  const findings = new Findings()
  if (before === null) {
    const [from, to] = ['no policy, so nothing is open', `the policy of \`${after.school.id}\``]
    const first = { who: reachOf(ROLES), subject: 'policy', from, to }
    findings.add('loosens', { what: 'setting', ...first })
    return findings.report()
  }
  new PolicyComparison([before, after], at, findings).run()
  return findings.report()
}

/** A policy with more rules that end by themselves is judged to loosen: a person waits for the answer. */
const MAX_INSTANTS = 200

class PolicyComparison {
  readonly #before: Policy
  readonly #after: Policy
  readonly #findings: Findings
  readonly #footings: readonly [Footings, Footings]
  readonly #contents: ContentDifferences

  constructor([before, after]: readonly [Policy, Policy], at: number, findings: Findings) {
    this.#before = before
    this.#after = after
    this.#findings = findings
    this.#footings = [new Footings(before), new Footings(after)]
    const instants = overrideInstants([before, after], at)
    if (instants.length > MAX_INSTANTS)
      this.#unjudged('sites', `more than ${MAX_INSTANTS} times at which a rule begins or ends`)
    this.#contents = new ContentDifferences(
      nameClasses(before, after, instants.slice(0, MAX_INSTANTS)),
    )
  }

  run(): void {
    const { pairs: moments, complete } = momentPairs(this.#before.time, this.#after.time)
    if (!complete) this.#unjudged('calendar', 'dates beyond the years that are compared')
    const pairs = accessPairs({
      policies: [this.#before, this.#after],
      footings: this.#footings,
      moments,
    })
    for (const pair of pairs) this.#comparePair(pair)
    this.#compareUnreached(pairs)
    const held = pairs.map(({ after, who }) => ({ content: after.content, roles: who.roles }))
    compareLists(this.#before.lists, this.#after.lists, {
      held: eachOnce(held),
      findings: this.#findings,
    })
    this.#compareSettings()
    this.#compareModes()
    this.#compareVisits()
    this.#comparePosture()
    this.#compareSanctions()
    comparePromises(this.#before.promises, this.#after.promises, this.#findings)
  }

  #comparePair({ before, after, who }: AccessPair): void {
    const [was, is] = [before.content, after.content]
    this.#compareAlerts(before, after, who)
    if (was.profile !== null && isSameProfile(was, is)) {
      this.#compareProfile([was, is], who.roles)
      return
    }
    const finding = {
      what: 'access' as const,
      who,
      subject: '',
      from: before.label,
      to: after.label,
    }
    for (const side of this.#sidesOf(before, after)) this.#findings.add(side, finding)
  }

  /** Whether who had `before` can do more, or less, or both with `after`. */
  #sidesOf(before: Footing, after: Footing): readonly Side[] {
    if (isHeldBack(before, after)) return ['tightens']
    const { milder, stricter } = this.#contents.between(before.content, after.content)
    const sides: Side[] = []
    if (milder.length > 0) sides.push('loosens')
    if (stricter.length > 0) sides.push('tightens')
    return sides
  }

  /** Two refusals, of which one calls somebody. */
  #compareAlerts(before: Footing, after: Footing, who: Reach): void {
    const refused = before.content.profile === null && after.content.profile === null
    // A candidate's phone is handed in before the paper: the exam's refusal takes the place of its
    // zone's, and another date in the exam timetable opens nothing.
    if (!refused || before.alert === after.alert || after.reason === 'exam') return
    this.#findings.add(before.alert ? 'loosens' : 'tightens', {
      what: 'alert',
      who,
      subject: '',
      from: `${before.label}${before.alert ? ' and reported' : ''}`,
      to: `${after.label}${after.alert ? ' and reported' : ''}`,
    })
  }

  #compareProfile([was, is]: readonly [ContentSide, ContentSide], roles: readonly Role[]): void {
    const who = { ...reachOf(roles), profile: is.profile?.policy.id ?? null }
    const { milder, stricter } = this.#contents.between(was, is)
    this.#addAll('loosens', milder, who)
    this.#addAll('tightens', stricter, who)
  }

  #addAll(side: Side, differences: readonly Difference[], who: Reach): void {
    for (const { what, subjects, from, to } of differences)
      for (const subject of subjects) this.#findings.add(side, { what, who, subject, from, to })
  }

  /** Profiles that no device gets: what they open counts now, and not when a rule leads to them. */
  #compareUnreached(pairs: readonly AccessPair[]): void {
    const reached = new Set(pairs.map(({ after }) => after.content.profile?.policy.id))
    const [then, now] = this.#footings
    for (const profile of this.#after.profiles) {
      const known = this.#before.profiles.some(({ id }) => id === profile.id)
      if (!known || reached.has(profile.id)) continue
      for (const timedOpen of [false, true]) {
        const sides = [then, now].map((side) => side.contentOf(profile.id, timedOpen))
        const [was, is] = sides
        if (was !== undefined && is !== undefined)
          this.#compareProfile([was, is], audienceOf(profile))
      }
    }
  }

  #compareSettings(): void {
    for (const part of unheardOf(this.#before, this.#after)) this.#unjudged(part, 'another one')
    const [was, is] = [this.#before, this.#after].map(({ lastOctetNetworks }) =>
      lastOctetNetworks.toSorted().join(', '),
    )
    // It moves devices to other addresses, and which device is where is not the policy's to know.
    if (was !== is) this.#unjudged('identify.last_octet', `\`${is ?? ''}\``, `\`${was ?? ''}\``)
    this.#comparePlaces()
    for (const profile of this.#after.profiles) {
      const known = this.#before.profiles.find(({ id }) => id === profile.id)
      if (known === undefined) continue
      this.#compareAnswers(known, profile)
      this.#compareQuotas(known, profile)
    }
  }

  /** What a device must show; whom it is asked of is a matter of footings. */
  #comparePosture(): void {
    const asked = [this.#before, this.#after].some(({ postureRequired: who }) => who.length > 0)
    if (!asked) return
    for (const { subject, from, to, side } of postureChanges(
      this.#before.posture,
      this.#after.posture,
    ))
      this.#findings.add(side, { what: 'setting', who: reachOf(ROLES), subject, from, to })
  }

  /** Which access point is where the policy can't tell; who may stay for longer where it denies has more. */
  #compareSanctions(): void {
    for (const { subject, from, to, side } of sanctionChanges(this.#before, this.#after))
      this.#findings.add(side, { what: 'setting', who: reachOf(ROLES), subject, from, to })
  }

  #comparePlaces(): void {
    const [was, is] = [this.#before.places ?? NO_PLACES, this.#after.places ?? NO_PLACES]
    const [from, to] = [was, is].map(({ zones }) => JSON.stringify(Object.entries(zones).sort()))
    if (from !== to) this.#unjudged('identify.places', `\`${to ?? ''}\``, `\`${from ?? ''}\``)
    const [before, after] = [was.settleSeconds, is.settleSeconds]
    if (before === after) return
    this.#findings.add(after > before ? 'loosens' : 'tightens', {
      what: 'setting',
      who: reachOf(ROLES),
      subject: 'identify.settle_seconds',
      ...{ from: `\`${before}\``, to: `\`${after}\`` },
    })
  }

  /** Who may come in from outside, with how many devices and which agreement. */
  #compareVisits(): void {
    for (const { role, subject, from, to, side } of visitChanges(this.#before, this.#after))
      this.#findings.add(side, { what: 'setting', who: reachOf([role]), subject, from, to })
  }

  /** Where nothing is refused any more, or no second filter is asked, everybody can do more. */
  #compareModes(): void {
    for (const { before, after, names } of placePairs(this.#before, this.#after)) {
      const [from, to] = [before.mode ?? 'enforce', after.mode ?? 'enforce']
      if (from === to) continue
      const side = MODES.indexOf(to) < MODES.indexOf(from) ? 'loosens' : 'tightens'
      const who = { ...reachOf(ROLES), zones: names }
      const says = { from: `\`${from}\``, to: `\`${to}\`` }
      this.#findings.add(side, { what: 'setting', who, subject: 'zone mode', ...says })
    }
  }

  /**
   * How a refusal is shown over DNS. A page that a device without the school's certificate can't
   * verify teaches people to click through warnings, so the plain refusal is the stricter one.
   */
  #compareAnswers(was: ProfilePolicy, is: ProfilePolicy): void {
    const [from, to] = [was.blockedAnswer, is.blockedAnswer]
    if (from === to) return
    this.#findings.add(
      BLOCKED_ANSWERS.indexOf(to) < BLOCKED_ANSWERS.indexOf(from) ? 'loosens' : 'tightens',
      {
        what: 'setting',
        who: { ...reachOf(audienceOf(is)), profile: is.id },
        subject: 'blocked_answer',
        from: `\`${from}\``,
        to: `\`${to}\``,
      },
    )
  }

  /** A quota that closes a device; of two with other periods nobody can say which is the stricter. */
  #compareQuotas(was: ProfilePolicy, is: ProfilePolicy): void {
    const [before, after] = [closingQuota(this.#before, was), closingQuota(this.#after, is)]
    const [from, to] = [quotaInWords(before), quotaInWords(after)]
    if (from === to) return
    const isLess = after !== null && (before === null || after.octets < before.octets)
    const isStricter = isLess && (before === null || before.per === after.per)
    this.#findings.add(isStricter ? 'tightens' : 'loosens', {
      what: 'setting',
      who: { ...reachOf(audienceOf(is)), profile: is.id },
      subject: 'bandwidth',
      ...{ from, to },
    })
  }

  #unjudged(subject: string, to: string, from = 'compared'): void {
    const finding = { what: 'unjudged' as const, who: reachOf(ROLES), subject, from, to }
    this.#findings.add('loosens', finding)
  }
}

/** How each part of a policy is judged. A new part does not compile until it has its line here. */
const JUDGED_BY: Readonly<Record<keyof Policy, string>> = {
  school: 'words for people: no answer depends on them',
  time: 'moments',
  zones: 'places',
  lastOctetNetworks: 'any change loosens',
  places: 'any change of the map loosens; a longer time to settle',
  profiles: 'content of every footing; how a refusal is shown',
  access: 'footings',
  grants: 'devices with each grant',
  postureRequired: 'devices that failed a check',
  posture: 'each limit and each check by itself',
  sites: 'names',
  siteOverrides: 'names, at each instant at which one begins or ends',
  corrections: 'names',
  lists: 'sources',
  promises: 'each that is no longer kept in full by another',
  bandwidth: 'quotas that close a device; rates refuse nothing',
  sanctions: 'what is not stricter in everything loosens',
  dnsTunnel: 'a shorter block, and another exception, loosen',
  vouchers: 'each kind of visit',
  registration: 'each role',
  agreements: 'each role',
}

/** Parts that differ and that this comparison does not know: a policy of a newer gate. */
function unheardOf(before: Policy, after: Policy): readonly string[] {
  const was = new Map<string, unknown>(Object.entries(before))
  const is = new Map<string, unknown>(Object.entries(after))
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((part) => !Object.hasOwn(JUDGED_BY, part))
    .filter((part) => JSON.stringify(was.get(part)) !== JSON.stringify(is.get(part)))
}

function closingQuota({ bandwidth }: Policy, profile: ProfilePolicy): Quota | null {
  const quota = bandwidth?.classes.find(({ id }) => id === profile.bandwidth)?.quota ?? null
  return quota?.then === 'block' ? quota : null
}

function quotaInWords(quota: Quota | null): string {
  return quota === null ? 'no quota that closes' : `${octetsInWords(quota.octets)} a ${quota.per}`
}

/** Mildest first. */
const MODES: readonly ZoneMode[] = ['observe', 'enforce', 'chain']

/** Mildest first. */
const BLOCKED_ANSWERS: readonly ProfilePolicy['blockedAnswer'][] = ['page', 'by_ca', 'nodata']

/** `after` holds back a device that `before` let in. */
function isHeldBack(before: Footing, after: Footing): boolean {
  return after.confined && !before.confined && before.content.profile !== null
}

function isSameProfile(was: ContentSide, is: ContentSide): boolean {
  return was.profile?.policy.id === is.profile?.policy.id && was.timedOpen === is.timedOpen
}

const AUDIENCE_ROLES: Readonly<Record<Audience, readonly Role[]>> = {
  primary: ['pupil'],
  secondary: ['pupil'],
  sixth: ['pupil'],
  staff: ['staff'],
  visitor: ['governor', 'visitor'],
}

/** For whom a profile is made; a closed one is for anybody. */
function audienceOf({ startFrom }: ProfilePolicy): readonly Role[] {
  return startFrom === null ? ROLES : AUDIENCE_ROLES[startFrom]
}

/** One for each content side, with all who have it. */
function eachOnce(held: readonly HeldSide[]): readonly HeldSide[] {
  const byContent = Map.groupBy(held, ({ content }) => content.key)
  return [...byContent.values()].flatMap((same) => {
    const [first] = same
    if (first === undefined) return []
    const roles = new Set(same.flatMap(({ roles: some }) => some))
    return { content: first.content, roles: [...roles] }
  })
}
