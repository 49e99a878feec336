import type { AccessQuestion } from '../../rules/access/judge-access.ts'
import type { HostPattern, Policy } from '../../rules/policy/policy.ts'
import { CATEGORIES } from '../../rules/taxonomy/taxonomy.ts'

/** One line of one list, as a person would read it. */
export interface ListLine {
  readonly category: string
  readonly host: string
  readonly scope: 'subtree' | 'host'
}

export interface ReferenceAnswer {
  readonly action: 'allow' | 'warn' | 'restrict' | 'block'
  readonly warn: boolean
  readonly reason: string | null
  readonly profile: string | null
  readonly category: string | null
}

/**
 * The specification, executable: design.md section 4, so slow and so plain that it can be checked by
 * reading. When it and the engine disagree, decide which one is wrong in the review, never by running
 * the tests again.
 */
export function referenceDecide(
  policy: Policy,
  lines: readonly ListLine[],
  question: AccessQuestion,
  host: string,
): ReferenceAnswer {
  const access = referenceAccess(policy, question)
  const profile = policy.profiles.find(({ id }) => id === access.profile)
  const categories = CATEGORIES.filter(({ id }) =>
    lines.some((line) => line.category === id && covers(line, host)),
  ).map(({ id }) => id)
  const lockOf = (id: string): string => CATEGORIES.find((c) => c.id === id)?.lock ?? ''
  const answer = (
    action: ReferenceAnswer['action'],
    reason: string | null,
    category: string | null,
    warn = action === 'warn',
  ): ReferenceAnswer => ({ action, warn, reason, profile: access.profile, category })
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
  // 5
  if (profile.closed !== null) {
    const { hosts, categories: open } = profile.closed
    const listed = categories.find((id) => open.includes(id))
    if (listed !== undefined) return answer('allow', null, listed)
    if (hosts.some((pattern) => covers(pattern, host))) return answer('allow', null, first)
    return answer('block', access.reason ?? 'closed_profile', first)
  }
  // 6
  let corrected = categories
  for (const { host: at, remove } of policy.corrections)
    if (covers(at, host)) corrected = corrected.filter((id) => id !== remove)
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
    if (letter !== 'T') return letter
    const open =
      profile.social ||
      (profile.timedOutside !== null &&
        !question.moment.inForce(profile.timedOutside, question.device?.phase ?? null))
    return open ? 'A' : 'B'
  }
  // 7
  const locked = corrected.filter((id) => lockOf(id) === 'LOCKED')
  const beyondGrants = locked.find((id) => actionOf(id) !== 'G')
  if (beyondGrants !== undefined) return answer('block', 'category', beyondGrants)
  if (locked.length > 0) return answer('block', 'grant_needed', locked[0] ?? null)
  // 8 and 9
  const rules = policy.sites
    .filter((rule) => rule.profiles === null || rule.profiles.includes(profile.id))
    .flatMap((rule) =>
      rule.hosts
        .filter((pattern) => covers(pattern, host))
        .map((pattern) => ({ action: rule.action, length: pattern.host.length })),
    )
  const longest = Math.max(0, ...rules.map(({ length }) => length))
  const winners = rules.filter(({ length }) => length === longest)
  const decided = corrected[0] ?? null
  if (winners.some(({ action }) => action === 'block')) return answer('block', 'site', decided)
  if (winners.length > 0) return answer('allow', null, decided)
  // 10
  const education = corrected.filter(
    (id) => (id === 'edu.allow' || id === 'adult.sex_education') && actionOf(id) === 'A',
  )
  if (education.length > 0) return answer('allow', null, education[0] ?? null)
  // 12, then 11
  const judged = corrected.length > 0 ? corrected : ['sec.uncategorised']
  const having = (letter: string): string | undefined =>
    judged.find((id) => actionOf(id) === letter)
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

/** Stage 1, as the list in design.md reads. */
export function referenceAccess(
  policy: Policy,
  { device, zone, moment }: AccessQuestion,
): { profile: string | null; reason: string | null; alert: boolean } {
  const deny = (reason: string, alert = false) => ({ profile: null, reason, alert })
  const give = (profile: string, reason: string | null = null) => ({
    profile,
    reason,
    alert: false,
  })
  if (device !== null) {
    if (device.state === 'lost') return deny('lost', true)
    if (['revoked', 'recalled', 'disposed'].includes(device.state)) return deny('revoked', true)
    if (device.state === 'confiscated') return deny('confiscated', true)
    if (device.state === 'suspended') return deny('suspended', true)
  }
  if (device === null || device.state === 'pending') return give('portal', 'unregistered')
  if (device.aup === 'missing') return give('portal', 'aup_missing')
  if (device.grant === 'medical' && policy.grants.medical !== null)
    return give(policy.grants.medical.profile)
  const personal = device.ownership === 'personal'
  if (moment.exams.some((exam) => exam.zone === zone.id))
    return personal ? deny('exam', true) : give('exam_allow_list')
  const sits = moment.exams.some(
    ({ candidatesYear }) => candidatesYear === null || candidatesYear === device.year,
  )
  if (device.examCandidate && sits && personal) return deny('exam')
  if (zone.mobileFree && personal) return deny('mobile_free_zone', true)
  if (device.state === 'quarantine') return give('quarantine', 'posture:review')
  const asked = policy.postureRequired.some(
    ({ ownership, types }) =>
      ownership === device.ownership && (types?.includes(device.type) ?? true),
  )
  if (asked && device.posture === 'stale') return give('quarantine', 'posture_stale')
  if (asked && device.posture.startsWith('failed:'))
    return give('quarantine', `posture:${device.posture.slice('failed:'.length)}`)
  if (device.grant === 'dependant_illness' && policy.grants.dependant_illness !== null)
    return give(policy.grants.dependant_illness.profile)
  for (const rule of policy.access) {
    if (rule.ownership !== null && rule.ownership !== device.ownership) continue
    if (rule.roles !== null && !rule.roles.includes(device.role)) continue
    if (rule.types !== null && !rule.types.includes(device.type)) continue
    if (rule.zones !== null && !rule.zones.includes(zone.id)) continue
    if (rule.pupilArea !== null && rule.pupilArea !== zone.pupilArea) continue
    if (rule.voucher && device.voucher !== 'active') continue
    if (rule.during !== null && !rule.during.some((w) => moment.inForce(w, device.phase))) continue
    if (rule.decide.kind === 'deny') return deny(rule.decide.reason)
    if (!rule.decide.profile.includes('{phase}')) return give(rule.decide.profile)
    if (device.phase !== null) return give(rule.decide.profile.replace('{phase}', device.phase))
  }
  return deny('default')
}

function covers({ host, scope }: Pick<HostPattern, 'host' | 'scope'>, name: string): boolean {
  return name === host || (scope === 'subtree' && name.endsWith(`.${host}`))
}
