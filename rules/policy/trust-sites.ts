import { hostsNamed } from '../services/hosts-named.ts'
import { coversHost } from './host-pattern.ts'
import type { HostPattern } from './policy.ts'
import type { PolicyDocument } from './policy-schema.ts'
import type { PolicySource } from './policy-source.ts'
import { expandProfiles } from './profile-pattern.ts'
import type { Path } from './yaml-source.ts'

type WrittenRule = PolicyDocument['sites'][number]

/**
 * Every site that a school would open and its trust closes for some of the same profiles. The engine leaves it
 * closed whatever the file says (`judge-content.ts`); this is for whoever wonders why.
 */
export function checkTrustSites(
  document: PolicyDocument,
  source: PolicySource,
  report: (path: Path, message: string) => void,
): void {
  const inherited = source.inherited('sites')
  // One that holds for a while may be over; the engine knows.
  const trust = document.sites.slice(0, inherited).filter(({ from, until }) => !from && !until)
  if (trust.length === 0) return
  const ids = Object.keys(document.profiles)
  document.sites.slice(inherited).forEach((rule, index) => {
    const others = trust.filter((each) => shareProfile(each, rule, ids))
    rule.allow?.forEach((site, at) => {
      const closing = (hostsNamed(site) ?? []).map((host) => closingRule(host, others))
      const by = closing.find((found) => found !== undefined)
      if (by === undefined) return
      const name = by.id === undefined ? '' : ` (\`${by.id}\`)`
      report(['sites', inherited + index, 'allow', at], `\`${site}\` is closed by the trust${name}`)
    })
  })
}

function shareProfile(one: WrittenRule, other: WrittenRule, ids: readonly string[]): boolean {
  const [a, b] = [one, other].map(
    ({ profiles }) => new Set(profiles === undefined ? ids : expandProfiles(profiles, ids)),
  )
  return a !== undefined && b !== undefined && !a.isDisjointFrom(b)
}

/** As the engine has it: the longest name wins, then block beats allow. */
function closingRule(
  { host }: HostPattern,
  rules: readonly WrittenRule[],
): WrittenRule | undefined {
  const said = rules.flatMap((rule) =>
    (rule.allow ?? rule.block ?? [])
      .flatMap((site) => hostsNamed(site) ?? [])
      .filter((pattern) => coversHost(pattern, host))
      .map((pattern) => ({ rule, octets: pattern.host.length })),
  )
  const longest = Math.max(...said.map(({ octets }) => octets))
  const winners = said.filter(({ octets }) => octets === longest)
  return winners.find(({ rule }) => rule.block !== undefined)?.rule
}
