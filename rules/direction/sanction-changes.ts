import type { BypassSanction, TunnelPolicy } from '../sanctions/sanctions.ts'

/** What a policy says otherwise than before of attempts to get round the filter. */
export interface SanctionChange {
  readonly subject: 'sanctions.bypass' | 'dns_tunnel'
  readonly from: string
  readonly to: string
  readonly side: 'loosens' | 'tightens'
}

interface Consequences {
  readonly sanctions?: BypassSanction | null
  readonly dnsTunnel?: TunnelPolicy
}

/** Each of the two that changed. What is not stricter in everything loosens. */
export function sanctionChanges(
  before: Consequences,
  after: Consequences,
): readonly SanctionChange[] {
  const changes: SanctionChange[] = []
  const [was, is] = [before.sanctions ?? null, after.sanctions ?? null]
  if (!isSame(was, is)) {
    const side = isAsStrict(is, was) ? 'tightens' : 'loosens'
    changes.push({ subject: 'sanctions.bypass', from: wordsOf(was), to: wordsOf(is), side })
  }
  const [tunnelWas, tunnelIs] = [before.dnsTunnel, after.dnsTunnel]
  if (!isSame(tunnelWas, tunnelIs)) {
    const side = closesAsMuch(tunnelIs, tunnelWas) ? 'tightens' : 'loosens'
    const [from, to] = [tunnelWords(tunnelWas), tunnelWords(tunnelIs)]
    changes.push({ subject: 'dns_tunnel', from, to, side })
  }
  return changes
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

function isAsStrict(is: BypassSanction | null, was: BypassSanction | null): boolean {
  if (is === null || was === null) return was === null
  return (
    is.count <= was.count &&
    is.withinMs >= was.withinMs &&
    is.lockoutMs >= was.lockoutMs &&
    // Of two lists of sites nobody can say which is the shorter; none is.
    (is.profile === was.profile || is.profile === null) &&
    is.exempt.every((role) => was.exempt.includes(role)) &&
    was.counts.every((category) => is.counts.includes(category))
  )
}

function closesAsMuch(is: TunnelPolicy | undefined, was: TunnelPolicy | undefined): boolean {
  const known = was?.except.map(({ host }) => host) ?? []
  const isTold = is?.except.every(({ host }) => known.includes(host)) ?? true
  return isTold && (is?.blockMs ?? 0) >= (was?.blockMs ?? 0)
}

function wordsOf(rule: BypassSanction | null): string {
  if (rule === null) return 'no sanction'
  const { count, withinMs, lockoutMs, exempt } = rule
  const but = exempt.length === 0 ? '' : `, but for ${exempt.join(', ')}`
  return `${count} attempts in ${withinMs / 60_000} min lock out for ${lockoutMs / 60_000} min${but}`
}

function tunnelWords(rule: TunnelPolicy | undefined): string {
  const but = rule === undefined || rule.except.length === 0 ? '' : ', but for some'
  const minutes = (rule?.blockMs ?? 0) / 60_000
  return minutes === 0 ? `told of${but}` : `closed for ${minutes} min${but}`
}
