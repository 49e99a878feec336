import type { AccessRule, HostPattern, Policy } from '../rules/policy/policy.ts'

/** What a rule of the policy says, in words; null for a rule that is the gate's own and in no file. */
export function describeRule(policy: Policy, ruleId: string): string | null {
  const overrides = policy.siteOverrides ?? []
  const site = [...policy.sites, ...overrides.map(({ rule }) => rule)].find(
    ({ id }) => id === ruleId,
  )
  if (site !== undefined) {
    const who = site.profiles === null ? 'every profile' : site.profiles.join(', ')
    return `${site.action} ${site.hosts.map(textOfHost).join(', ')} for ${who}: ${site.because}`
  }
  const access = policy.access.find(({ id }) => id === ruleId)
  return access === undefined ? null : describeAccess(access)
}

function textOfHost({ host, scope }: HostPattern): string {
  return scope === 'host' ? `=${host}` : host
}

function describeAccess(rule: AccessRule): string {
  const place = rule.pupilArea === null ? null : rule.pupilArea ? 'pupil areas' : 'no pupil area'
  const parts = [
    rule.ownership === null ? 'any device' : `a ${rule.ownership} device`,
    rule.types === null ? null : `of type ${rule.types.join(' or ')}`,
    rule.roles === null ? null : `of ${rule.roles.join(' or ')}`,
    rule.voucher ? 'with a voucher' : null,
    rule.zones === null ? null : `in ${rule.zones.join(', ')}`,
    place === null ? null : `in ${place}`,
    rule.during === null ? null : `during ${rule.during.join(', ')}`,
  ].filter((part) => part !== null)
  const { decide, explain } = rule
  const then = decide.kind === 'deny' ? `refused (${decide.reason})` : `profile ${decide.profile}`
  return `${parts.join(' ')}: ${then}${explain === null ? '' : `; ${explain}`}`
}
