import { parseHostPattern } from '../../rules/policy/host-pattern.ts'
import type { HostPattern, Policy } from '../../rules/policy/policy.ts'
import type { Grant, Permissions, Term, Voucher } from '../../rules/permissions/permissions.ts'
import type {
  Grant as GrantFacts,
  Voucher as VoucherFacts,
} from '../governance/governance-state.ts'
import type { Register } from './register.ts'

/** What people have decided for some, for a while, as an engine of this policy takes it. */
export function permissionsOf(register: Register, policy: Policy): Permissions {
  const { grants, vouchers } = register
  return {
    grants: [...grants].map(([id, facts]) => grantOf(id, facts, policy)),
    vouchers: [...vouchers].map(([id, facts]) => voucherOf(id, facts)),
    lessons: [],
    sites: [],
    classes: [],
    occasions: [],
    emergency: register.siteEmergency && { ...register.siteEmergency, from: 0, to: Infinity },
  }
}

function grantOf(id: string, facts: GrantFacts, policy: Policy): Grant {
  const { type, person, device, zones, windows, sites } = facts
  return {
    id,
    medical: type === 'medical_sen',
    person,
    device,
    class: null,
    zones,
    windows,
    profile: facts.profile ?? usualProfile(type, policy),
    hosts: sites.flatMap(hostOf),
    categories: [],
    locked: false,
    ...termOf(facts),
  }
}

/** What the policy says such a grant gives, where the grant itself does not. */
function usualProfile(type: GrantFacts['type'], { grants }: Policy): string | null {
  if (type === 'medical_sen') return grants.medical?.profile ?? null
  return type === 'dependant_illness' ? (grants.dependant_illness?.profile ?? null) : null
}

function voucherOf(id: string, facts: VoucherFacts): Voucher {
  const { person, zones } = facts
  return { id, person, device: null, zones, ...termOf(facts) }
}

function termOf({ from, to }: { readonly from: string; readonly to: string }): Term {
  return { from: Date.parse(from), to: Date.parse(to) }
}

/** A site of an old entry that is no host name opens nothing. */
function hostOf(site: string): readonly HostPattern[] {
  const host = parseHostPattern(site)
  return host === undefined ? [] : [host]
}
