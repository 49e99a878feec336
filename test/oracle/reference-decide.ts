import type { AccessQuestion } from '../../rules/access/judge-access.ts'
import type { Occasion } from '../../rules/permissions/occasions.ts'
import type { Grant, Permissions } from '../../rules/permissions/permissions.ts'
import type { HostPattern, Policy } from '../../rules/policy/policy.ts'
import { CATEGORIES } from '../../rules/taxonomy/taxonomy.ts'

/** One line of one list, as a person would read it. */
export interface ListLine {
  /** Lines of one list and category belong together; without it a line is a list of its own. */
  readonly list?: string
  readonly category: string
  /** A name; for `range` and `except_range` an IPv4 network; for `pattern` a regular expression. */
  readonly host: string
  readonly scope:
    | ('subtree' | 'host' | 'below' | 'range' | 'pattern')
    | ('except_host' | 'except_below' | 'except_all' | 'except_range')
}

/** Who asks, where and when, and what people have permitted for a while. */
export interface ReferenceQuestion extends AccessQuestion {
  /** Epoch ms. */
  readonly at: number
  readonly permissions: Permissions
  /** The device has used up the quota of its profile. */
  readonly isSpent?: boolean
}

export interface ReferenceAnswer {
  readonly action: 'allow' | 'warn' | 'restrict' | 'block'
  readonly warn: boolean
  readonly reason: string | null
  readonly profile: string | null
  readonly category: string | null
  readonly safeHost: string | null
  /** What it would be if the zone were not only observed. */
  readonly wouldBe: string | null
}

/** What the tests ask of the engines: by host or, with a leading dot, by the name and all below it. */
const ENGINES: Readonly<
  Record<string, { category: string; strict?: string; moderate?: string; safe?: boolean }>
> = {
  'www.google.com': { category: 'edu.search', strict: 'forcesafesearch.google.com' },
  'm.youtube.com': {
    category: 'media.video_audio',
    strict: 'restrict.youtube.com',
    moderate: 'restrictmoderate.youtube.com',
  },
  'restrictmoderate.youtube.com': {
    category: 'media.video_audio',
    strict: 'restrict.youtube.com',
    moderate: 'restrictmoderate.youtube.com',
  },
  '.baidu.com': { category: 'edu.search' },
  '.kiddle.co': { category: 'edu.search', safe: true },
}

/**
 * The specification, executable: design.md section 4, so slow and so plain that it can be checked by
 * reading. When it and the engine disagree, decide which one is wrong in the review, never by running
 * the tests again.
 */
export function referenceDecide(
  policy: Policy,
  lines: readonly ListLine[],
  question: ReferenceQuestion,
  host: string,
): ReferenceAnswer {
  const found = withinQuota(policy, lines, question, host)
  // An observed zone refuses only what is sealed.
  if (question.zone.mode !== 'observe' || found.action === 'allow' || found.reason === 'sealed')
    return found
  return { ...found, action: 'allow', warn: false, safeHost: null, wouldBe: found.action }
}

/** What is neither refused, nor help, nor of a closed profile, is refused once a quota that blocks is used up. */
function withinQuota(
  policy: Policy,
  lines: readonly ListLine[],
  question: ReferenceQuestion,
  host: string,
): ReferenceAnswer {
  const found = decideAsIfEnforced(policy, lines, question, host)
  const profile = policy.profiles.find(({ id }) => id === found.profile)
  const quota = policy.bandwidth?.classes.find(({ id }) => id === profile?.bandwidth)?.quota
  const isClosed = question.isSpent === true && quota?.then === 'block'
  if (!isClosed || found.action === 'block' || profile?.closed !== null) return found
  if (isAlwaysOpen(lines, host, profile.id)) return found
  return {
    ...{ action: 'block', warn: false, reason: 'bandwidth', profile: profile.id },
    ...{ category: null, safeHost: null, wouldBe: null },
  }
}

function decideAsIfEnforced(
  policy: Policy,
  lines: readonly ListLine[],
  question: ReferenceQuestion,
  host: string,
): ReferenceAnswer {
  const engine = Object.entries(ENGINES).find(
    ([at]) => host === at || `.${host}`.endsWith(at.startsWith('.') ? at : '/'),
  )?.[1]
  const all =
    engine === undefined
      ? lines
      : [...lines, { category: engine.category, host, scope: 'host' as const }]
  const found = decideWithoutSafeModes(policy, all, question, host)
  const profile = policy.profiles.find(({ id }) => id === found.profile)
  if (engine === undefined || profile === undefined) return found
  // Refused stays refused; steps 2 and 4 open a name as it is.
  if (found.action === 'block' || isAlwaysOpen(all, host, profile.id)) return found
  if (engine.safe === true) return found
  if (engine.strict === undefined) {
    const closed = found.action === 'restrict' && profile.withoutSafeMode === 'block'
    return closed ? { ...found, action: 'block', warn: false, reason: 'category' } : found
  }
  const isVideo = engine.moderate !== undefined
  if (isVideo ? profile.youtube === 'off' : !profile.safeSearch)
    return { ...found, action: found.warn ? 'warn' : 'allow' }
  const safeHost =
    isVideo && profile.youtube === 'moderate' ? (engine.moderate ?? null) : engine.strict
  // Already there.
  if (safeHost === host) return found
  return { ...found, action: 'restrict', safeHost }
}

/** Steps 2 and 4. */
function isAlwaysOpen(lines: readonly ListLine[], host: string, profile: string): boolean {
  const listed = (category: string) =>
    isListed(
      lines.filter((line) => line.category === category),
      host,
    )
  return listed('support.wellbeing') || (listed('support.systems') && profile !== 'portal')
}

function decideWithoutSafeModes(
  policy: Policy,
  lines: readonly ListLine[],
  question: ReferenceQuestion,
  host: string,
): ReferenceAnswer {
  const access = referenceAccess(policy, question)
  const grants = grantsInForce(question)
  const lessons = lessonsInForce(question)
  const overrides = [...(policy.siteOverrides ?? []), ...question.permissions.sites].filter(
    (term) => runs(term, question.at),
  )
  const profile = policy.profiles.find(({ id }) => id === access.profile)
  const categories = CATEGORIES.filter(({ id }) =>
    listsIn(lines.filter(({ category }) => category === id)).some((list) => holds(list, host)),
  ).map(({ id }) => id)
  const lockOf = (id: string): string => CATEGORIES.find((c) => c.id === id)?.lock ?? ''
  const answer = (
    action: ReferenceAnswer['action'],
    reason: string | null,
    category: string | null,
    warn = action === 'warn',
  ): ReferenceAnswer => ({
    action,
    warn,
    reason,
    profile: access.profile,
    category,
    safeHost: null,
    wouldBe: null,
  })
  const first = categories[0] ?? null

  // 1
  const sealed = categories.find((id) => lockOf(id) === 'SEALED')
  if (sealed !== undefined) return answer('block', 'sealed', sealed)
  // 2
  if (categories.includes('support.wellbeing')) return answer('allow', null, 'support.wellbeing')
  // 3
  if (profile === undefined) return answer('block', access.reason, first)
  // 4
  if (categories.includes('support.systems') && profile.id !== 'portal')
    return answer('allow', null, 'support.systems')
  // A site through which the device got round the filter is closed to it, exam or not.
  const isTunnel = sanctionsInForce(question).some(({ hosts }) =>
    (hosts ?? []).some((pattern) => covers(pattern, host)),
  )
  if (isTunnel) return answer('block', 'bypass:dns_tunnel', null)
  // 5
  if (profile.closed !== null) {
    const { hosts, categories: open } = profile.closed
    const listed = categories.find((id) => open.includes(id))
    if (listed !== undefined) return answer('allow', null, listed)
    if (hosts.some((pattern) => covers(pattern, host))) return answer('allow', null, first)
    // The grant that put the device here brings its own sites.
    const own = grants.find(({ id }) => id === access.grant)
    if (own?.hosts.some((pattern) => covers(pattern, host)) === true)
      return answer('allow', null, first)
    return answer('block', access.reason ?? 'closed_profile', first)
  }
  // 6
  let corrected = categories
  // What the trust closes only the trust takes from a host.
  const floor = profile.floor ?? []
  for (const { host: at, remove, ofTrust } of policy.corrections)
    if (covers(at, host) && (ofTrust === true || !floor.includes(remove ?? '')))
      corrected = corrected.filter((id) => id !== remove)
  for (const { host: at, add } of policy.corrections)
    if (covers(at, host) && add !== null) corrected = [...new Set([...corrected, add])]
  if (corrected.includes('adult.sex_education'))
    corrected = corrected.filter((id) => id !== 'adult.pornography')
  const order = CATEGORIES.map(({ id }) => id)
  corrected = [...corrected].sort((a, b) => order.indexOf(a) - order.indexOf(b))
  const actionOf = (id: string): string => {
    const category = CATEGORIES.find((c) => c.id === id)
    if (category === undefined || profile.startFrom === null) return 'B'
    if (category.lock === 'SEALED') return 'B'
    if (category.lock === 'ALWAYS') return 'A'
    const letter = profile.change[id] ?? category.defaults[profile.startFrom]
    if (category.lock !== 'LOCKED' && grants.some(({ categories }) => categories.includes(id)))
      return 'A'
    if (letter !== 'T') return letter
    const open =
      profile.social ||
      (profile.timedOutside !== null &&
        !question.moment.inForce(profile.timedOutside, question.device?.phase ?? null))
    return open ? 'A' : 'B'
  }
  // Head and DSL have opened LOCKED for a member of staff whom they named.
  const keys = grants.filter(
    ({ locked, person }) => locked && person !== null && question.device?.role === 'staff',
  )
  const unlocked = (id: string): boolean =>
    actionOf(id) === 'G' &&
    keys.some(
      ({ categories: named, hosts }) =>
        named.includes(id) || hosts.some((pattern) => covers(pattern, host)),
    )
  const floored = corrected.find((id) => floor.includes(id))
  if (floored !== undefined) return answer('block', 'category', floored)
  // What the trust closes by name, longest name first, is closed as LOCKED is.
  const ofTrust = [...policy.sites, ...overrides.map(({ rule }) => rule)]
    .filter((rule) => rule.ofTrust === true)
    .filter((rule) => rule.profiles === null || rule.profiles.includes(profile.id))
    .flatMap(({ action, hosts }) => hosts.map((pattern) => ({ action, pattern })))
    .filter(({ pattern }) => covers(pattern, host))
    .sort((a, b) => b.pattern.host.length - a.pattern.host.length)
  const nearest = ofTrust.filter(
    ({ pattern }) => pattern.host.length === ofTrust[0]?.pattern.host.length,
  )
  if (nearest.some(({ action }) => action === 'block'))
    return answer('block', 'site', corrected[0] ?? null)
  // 7
  const locked = corrected.filter((id) => lockOf(id) === 'LOCKED')
  const beyondGrants = locked.find((id) => actionOf(id) !== 'G')
  if (beyondGrants !== undefined) return answer('block', 'category', beyondGrants)
  const shut = locked.find((id) => !unlocked(id))
  if (shut !== undefined) return answer('block', 'grant_needed', shut)
  // 8 and 9
  const opened = [...grants.map(({ hosts }) => hosts), ...lessons.map(({ opens }) => opens)]
    .flat()
    .filter((pattern) => covers(pattern, host))
    .map((pattern) => ({ action: 'allow' as const, length: pattern.host.length }))
  const rules = [...policy.sites, ...overrides.map(({ rule }) => rule)]
    .filter((rule) => rule.profiles === null || rule.profiles.includes(profile.id))
    .flatMap((rule) =>
      rule.hosts
        .filter((pattern) => covers(pattern, host))
        .map((pattern) => ({ action: rule.action, length: pattern.host.length })),
    )
    .concat(opened)
  const longest = Math.max(0, ...rules.map(({ length }) => length))
  const winners = rules.filter(({ length }) => length === longest)
  const decided = corrected[0] ?? null
  if (winners.some(({ action }) => action === 'block')) return answer('block', 'site', decided)
  const distracts = lessons.some(
    ({ opens, focus }) =>
      focus !== null && ![...opens, ...focus].some((pattern) => covers(pattern, host)),
  )
  if (distracts) return answer('block', 'lesson_focus', decided)
  if (winners.length > 0) return answer('allow', null, decided)
  // 10
  const letterOf = (id: string): string =>
    lockOf(id) === 'LOCKED' && unlocked(id) ? 'A' : actionOf(id)
  const education = corrected.filter(
    (id) => (id === 'edu.allow' || id === 'adult.sex_education') && letterOf(id) === 'A',
  )
  if (education.length > 0) return answer('allow', null, education[0] ?? null)
  // 12, then 11
  const judged = corrected.length > 0 ? corrected : ['sec.uncategorised']
  const having = (letter: string): string | undefined =>
    judged.find((id) => letterOf(id) === letter)
  const warns = having('W') !== undefined
  const blocked = having('B')
  if (blocked !== undefined) return answer('block', 'category', blocked)
  const granted = having('G')
  if (granted !== undefined) return answer('block', 'grant_needed', granted)
  const restricted = having('R')
  if (restricted !== undefined) return answer('restrict', null, restricted, warns)
  const warned = having('W')
  if (warned !== undefined) return answer('warn', null, warned)
  return answer('allow', null, judged[0] ?? null)
}

interface ReferenceAccess {
  readonly profile: string | null
  readonly reason: string | null
  readonly alert: boolean
  /** The grant that gave the profile. */
  readonly grant: string | null
}

const NOBODY: ReferenceAccess = { profile: null, reason: null, alert: false, grant: null }

/** Stage 1, as the list in design.md reads. */
export function referenceAccess(policy: Policy, question: ReferenceQuestion): ReferenceAccess {
  const { device, zone, moment } = question
  const deny = (reason: string, alert = false) => ({ ...NOBODY, reason, alert })
  const give = (profile: string, reason: string | null = null) => ({ ...NOBODY, profile, reason })
  const admitting = grantsInForce(question).filter(({ profile }) =>
    policy.profiles.some(({ id }) => id === profile),
  )
  const permit = ({ id, profile }: Grant) => ({ ...NOBODY, profile, grant: id })
  if (device !== null) {
    if (device.state === 'lost') return deny('lost', true)
    if (['revoked', 'recalled', 'disposed'].includes(device.state)) return deny('revoked', true)
    if (device.state === 'confiscated') return deny('confiscated', true)
    if (device.state === 'suspended') return deny('suspended', true)
  }
  if (device === null || device.state === 'pending') return give('portal', 'unregistered')
  const isAgreed = device.aup === 'signed' && question.at < (device.aupUntil ?? Infinity)
  if (!isAgreed) return give('portal', 'aup_missing')
  const { emergency } = question.permissions
  if (
    emergency !== null &&
    runs(emergency, question.at) &&
    (device.byVoucher === undefined || hasVoucher(question)) &&
    device.role === 'staff' &&
    policy.profiles.some(({ id }) => id === 'staff_emergency')
  )
    return give('staff_emergency')
  const medical = admitting.find((grant) => grant.medical)
  if (medical !== undefined) return permit(medical)
  if (device.grant === 'medical' && policy.grants.medical !== null)
    return give(policy.grants.medical.profile)
  const personal = device.ownership === 'personal'
  const running = question.permissions.occasions.filter((term) => runs(term, question.at))
  const here = running.filter(({ zones }) => zones.includes(zone.id))
  const examKinds = ['exam_room', 'extra_time', 'exam_rehearsal']
  const isExamRoom =
    here.some(({ kind }) => examKinds.includes(kind)) ||
    (moment.exams.some((exam) => exam.zone === zone.id) &&
      !here.some(({ kind }) => kind === 'exam_release'))
  if (isExamRoom) return personal ? deny('exam', true) : give('exam_allow_list')
  const sits = moment.exams.some(
    ({ candidatesYear }) => candidatesYear === null || candidatesYear === device.year,
  )
  const isCandidate = running.some((occasion) => {
    if (occasion.kind === 'extra_time') return isNamedIn(occasion, question)
    if (occasion.kind !== 'exam_room') return false
    const named = [...occasion.people, ...occasion.devices, ...occasion.years].length > 0
    return named ? isNamedIn(occasion, question) : device.examCandidate
  })
  if (personal && ((device.examCandidate && sits) || isCandidate)) return deny('exam')
  if (zone.mobileFree && personal) return deny('mobile_free_zone', true)
  if (device.byVoucher !== undefined && !hasVoucher(question)) return deny('default')
  const rule = policy.sanctions ?? null
  const isLockedOut = sanctionsInForce(question).some(({ hosts }) => hosts === null)
  if (isLockedOut && rule?.exempt.includes(device.role) !== true) {
    const left = policy.profiles.find(({ id }) => id === rule?.profile)
    return left === undefined ? deny('sanction') : give(left.id, 'sanction')
  }
  if (device.state === 'quarantine') return give('quarantine', 'posture:review')
  const asked = policy.postureRequired.some(
    ({ ownership, types }) =>
      ownership === device.ownership && (types?.includes(device.type) ?? true),
  )
  if (asked && device.posture === 'stale') return give('quarantine', 'posture_stale')
  if (asked && device.posture.startsWith('failed:'))
    return give('quarantine', `posture:${device.posture.slice('failed:'.length)}`)
  const admitted = admitting.find((grant) => !grant.medical)
  if (admitted !== undefined) return permit(admitted)
  if (device.grant === 'dependant_illness' && policy.grants.dependant_illness !== null)
    return give(policy.grants.dependant_illness.profile)
  const group = running
    .filter(({ kind }) => kind === 'transition_day' || kind === 'group')
    .filter((occasion) => isNamedIn(occasion, question))
    .filter(({ zones }) => zones.length === 0 || zones.includes(zone.id))
    .find(({ profile }) => policy.profiles.some(({ id }) => id === profile))
  if (group !== undefined) return give(group.profile ?? '')
  for (const rule of policy.access) {
    if (rule.ownership !== null && rule.ownership !== device.ownership) continue
    if (rule.roles !== null && !rule.roles.includes(device.role)) continue
    if (rule.types !== null && !rule.types.includes(device.type)) continue
    if (rule.zones !== null && !rule.zones.includes(zone.id)) continue
    if (rule.pupilArea !== null && rule.pupilArea !== zone.pupilArea) continue
    if (rule.voucher && device.voucher !== 'active' && !hasVoucher(question)) continue
    if (rule.during !== null && !rule.during.some((w) => moment.inForce(w, device.phase))) continue
    if (rule.decide.kind === 'deny') return deny(rule.decide.reason)
    if (!rule.decide.profile.includes('{phase}')) return give(rule.decide.profile)
    if (device.phase !== null) return give(rule.decide.profile.replace('{phase}', device.phase))
  }
  return deny('default')
}

/** A line without a list's name is a list of its own. */
function listsIn(lines: readonly ListLine[]): readonly (readonly ListLine[])[] {
  const named = Map.groupBy(
    lines.filter(({ list }) => list !== undefined),
    ({ list }) => list,
  )
  const alone = lines.filter(({ list }) => list === undefined).map((line) => [line])
  return [...named.values(), ...alone]
}

/** Whether any list names the host. */
export function isListed(lines: readonly ListLine[], host: string): boolean {
  return CATEGORIES.some(({ id }) =>
    listsIn(lines.filter(({ category }) => category === id)).some((list) => holds(list, host)),
  )
}

/** Whether the lines of one list name the host: the longest name of the list that says anything wins. */
function holds(list: readonly ListLine[], host: string): boolean {
  const has = (scopes: readonly ListLine['scope'][], name: string): boolean =>
    list.some((line) => line.host === name && scopes.includes(line.scope))
  const labels = host.split('.')
  const parents = labels.map((_, at) => labels.slice(at).join('.')).reverse()
  if (parents.some((name) => has(['except_all'], name))) return false
  let listed = false
  for (const name of parents) {
    const [names, exception] =
      name === host
        ? ([['host', 'subtree'], 'except_host'] as const)
        : ([['below', 'subtree'], 'except_below'] as const)
    if (has(names, name)) listed = true
    if (has([exception], name)) listed = false
  }
  const matches = list.some(
    ({ scope, host: text }) => scope === 'pattern' && new RegExp(text).test(host),
  )
  return listed || matches || holdsAddress(list, host)
}

/** The narrowest network of the list that holds the address has its say; an exception before the rest. */
function holdsAddress(list: readonly ListLine[], host: string): boolean {
  const address = bitsOf(host)
  if (address === null) return false
  const networks = list.flatMap(({ scope, host: text }) => {
    if (scope !== 'range' && scope !== 'except_range') return []
    const [network = '', length = '32'] = text.split('/')
    const bits = (bitsOf(network) ?? '').slice(0, Number(length))
    return address.startsWith(bits) ? [{ scope, length: Number(length) }] : []
  })
  const longest = Math.max(...networks.map(({ length }) => length))
  const narrowest = networks.filter(({ length }) => length === longest)
  return narrowest.length > 0 && narrowest.every(({ scope }) => scope === 'range')
}

function bitsOf(text: string): string | null {
  if (!/^\d+(?:\.\d+){3}$/.test(text)) return null
  return text
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
}

/** Whether a name that is open gives way to an address that it leads to (design.md section 4, last lines). */
export function referenceFalls(
  openedBy: string,
  address: ReferenceAnswer,
): 'stays' | 'sealed' | 'address_refused' {
  if (address.action !== 'block') return 'stays'
  const lock = CATEGORIES.find(({ id }) => id === address.category)?.lock
  if (lock === 'SEALED') return 'sealed'
  if (openedBy === 'nothing') return 'address_refused'
  const isWeak = openedBy === 'site' || openedBy === 'education'
  return isWeak && lock === 'LOCKED' ? 'address_refused' : 'stays'
}

function covers({ host, scope }: Pick<HostPattern, 'host' | 'scope'>, name: string): boolean {
  return name === host || (scope === 'subtree' && name.endsWith(`.${host}`))
}

function isNamedIn({ people, devices, years }: Occasion, { device }: ReferenceQuestion): boolean {
  if (device === null) return false
  if (devices.includes(device.id)) return true
  if (device.personRef !== null && people.includes(device.personRef)) return true
  return device.year !== null && years.includes(device.year)
}

/** Half-open. */
function runs({ from, to }: { from: number; to: number }, at: number): boolean {
  return from <= at && at < to
}

function classesOf({ device, permissions }: ReferenceQuestion): readonly string[] {
  return permissions.classes
    .filter(({ pupils }) => pupils.some((ref) => ref === device?.personRef))
    .map(({ id }) => id)
}

/** Those of this device, here and now; one for the device itself goes before its person's, a class's is last. */
function grantsInForce(question: ReferenceQuestion): readonly Grant[] {
  const { device, zone, moment, at, permissions } = question
  if (device === null) return []
  const narrowness = (grant: Grant): number =>
    grant.device !== null ? 0 : grant.person !== null ? 1 : 2
  return permissions.grants
    .filter((grant) => grant.device !== null || grant.person !== null || grant.class !== null)
    .filter((grant) => grant.device === null || grant.device === device.id)
    .filter((grant) => grant.person === null || grant.person === device.personRef)
    .filter((grant) => grant.class === null || classesOf(question).includes(grant.class))
    .filter((grant) => runs(grant, at))
    .filter((grant) => grant.zones.length === 0 || grant.zones.includes(zone.id))
    .filter(
      (grant) =>
        grant.medical ||
        grant.windows.length === 0 ||
        grant.windows.some((window) => moment.inForce(window, device.phase)),
    )
    .toSorted((a, b) => narrowness(a) - narrowness(b))
}

function sanctionsInForce({ device, at, permissions }: ReferenceQuestion) {
  return permissions.sanctions.filter(
    (sanction) =>
      device !== null &&
      runs(sanction, at) &&
      (sanction.device === device.id ||
        (sanction.person !== null && sanction.person === device.personRef)),
  )
}

function lessonsInForce(question: ReferenceQuestion) {
  const classes = classesOf(question)
  return question.permissions.lessons
    .filter((lesson) => classes.includes(lesson.class))
    .filter((lesson) => runs(lesson, question.at))
}

function hasVoucher({ device, zone, moment, at, permissions }: ReferenceQuestion): boolean {
  return permissions.vouchers.some(
    (voucher) =>
      voucher.person === device?.personRef &&
      (voucher.device === null || voucher.device === device.id) &&
      (device.byVoucher === undefined || device.byVoucher === voucher.id) &&
      (voucher.windows === undefined ||
        voucher.windows.length === 0 ||
        voucher.windows.some((window) => moment.inForce(window, device.phase))) &&
      (voucher.zones.length === 0 || voucher.zones.includes(zone.id)) &&
      runs(voucher, at),
  )
}
