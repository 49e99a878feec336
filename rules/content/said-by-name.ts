import type { Permit } from '../permissions/permits.ts'
import type { SiteRule } from '../policy/policy.ts'
import type { ContentQuestion } from './judge-content.ts'
import type { PolicyName } from './policy-names.ts'

/** What somebody has said of a host by its name: a site rule, a grant, a lesson, an override. */
export interface Said {
  readonly action: 'allow' | 'block'
  /** Of the name that it was said of. */
  readonly octets: number
  readonly id: string
  readonly because: string
  readonly service: string | null
}

type Asked = Pick<ContentQuestion, 'names' | 'permits' | 'profile'>

/** Steps 8 and 9 of design.md section 4: the longest name wins, then block beats allow, then whoever comes first. */
export function saidByName(asked: Asked): Said | null {
  let best: Said | null = null
  for (const name of asked.names) {
    const said = saidBy(name, asked)
    if (said === null) continue
    const beats =
      best === null ||
      said.octets > best.octets ||
      (said.octets === best.octets && said.action === 'block' && best.action === 'allow')
    if (beats) best = said
  }
  return best
}

/** What the trust's own rules say of a host, were there no others; only that it is closed is beyond the school. */
export function closedByTrust({ names, ...asked }: Asked): Said | null {
  const ofTrust = names.filter((name) => isOfTrust(name, asked.permits))
  const said = ofTrust.length === 0 ? null : saidByName({ ...asked, names: ofTrust })
  return said?.action === 'block' ? said : null
}

function isOfTrust(name: PolicyName, permits: readonly Permit[]): boolean {
  if (name.kind === 'site') return name.rule.ofTrust === true
  if (name.kind !== 'permit') return false
  return permits.find(({ id }) => id === name.permit)?.rule?.ofTrust === true
}

function saidBy({ host, ...name }: PolicyName, { profile, permits }: Asked): Said | null {
  const place = { octets: host.host.length, service: host.service ?? null }
  if (name.kind === 'site') return saidByRule(name.rule, profile, place)
  if (name.kind !== 'permit' || name.use === 'focus' || name.use === 'closes') return null
  const permit = permits.find(({ id }) => id === name.permit)
  if (permit === undefined) return null
  if (permit.rule !== null) return saidByRule(permit.rule, profile, place)
  return { action: 'allow', id: permit.id, because: permit.because, ...place }
}

function saidByRule(
  rule: SiteRule,
  profile: Asked['profile'],
  place: Pick<Said, 'octets' | 'service'>,
): Said | null {
  const { profiles, action, id, because } = rule
  const applies = profile !== null && (profiles === null || profiles.includes(profile.policy.id))
  return applies ? { action, id, because, ...place } : null
}
