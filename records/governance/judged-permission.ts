import { parseHostPattern } from '../../rules/policy/host-pattern.ts'
import { nearest } from '../../rules/policy/nearest-word.ts'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import { suggestion } from '../../rules/policy/yaml-source.ts'
import { hostsNamed, serviceIn } from '../../rules/services/hosts-named.ts'
import { SERVICES } from '../../rules/services/services.ts'
import type { Register, RegisterPolicy } from '../register/register.ts'
import type { ApproverGroup } from './governance-state.ts'
import type { Judgement } from './judgement.ts'

/** What a permission does, and whose yes it needs; a text says why it can't be. */
export type JudgedPermission = (Judgement & { readonly approvers: ApproverGroup | null }) | string

export interface PermissionScene {
  readonly register: Register
  /** Epoch ms. */
  readonly at: number
  /** Whose change it is, where that matters. */
  readonly actor?: string
}

export function needing(approvers: ApproverGroup | null, judged: Judgement): JudgedPermission {
  return { ...judged, approvers }
}

/** A page that asks every few seconds must not have the policy parsed for it each time. */
const parsedOf = new WeakMap<RegisterPolicy, Policy | null>()

/** The policy in force; null where there is none that can be read. */
export function policyOf({ policy }: Register): Policy | null {
  if (policy === null) return null
  const known = parsedOf.get(policy)
  if (known !== undefined) return known
  const parsed = parsePolicy(policy.text, policy.name)
  const read = parsed.ok ? parsed.policy : null
  parsedOf.set(policy, read)
  return read
}

const DAY_MS = 86_400_000

/** Why nothing can hold from then to then; undefined where it can. */
export function faultOfTerm(
  { from, to }: { readonly from: string; readonly to: string },
  at: number,
  days: number,
): string | undefined {
  const [begin, end] = [Date.parse(from), Date.parse(to)]
  if (end <= begin) return `it would end at ${to}, before it begins`
  if (end <= at) return `it is over: it would have ended at ${to}`
  return end - begin > days * DAY_MS ? `it would last longer than ${days} days` : undefined
}

/** The first of `sites` that is neither a host nor a service (`service:youtube`), in words. */
export function faultOfSites(sites: readonly string[]): string | undefined {
  const bad = sites.find((site) => hostsNamed(site) === undefined)
  if (bad === undefined) return undefined
  const service = serviceIn(bad)
  if (service === undefined) return faultOfHost(bad)
  const known = SERVICES.map(({ id }) => id)
  return `there is no service \`${service.slice(0, 80)}\`${suggestion(nearest(service, known))}`
}

/** Why it is no host: a list is wrong about a host, so a correction names no service. */
export function faultOfHost(host: string): string | undefined {
  return parseHostPattern(host) === undefined
    ? `\`${host.slice(0, 80)}\` is not a host name`
    : undefined
}
