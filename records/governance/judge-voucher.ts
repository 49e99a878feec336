import { nearest } from '../../rules/policy/nearest-word.ts'
import { suggestion } from '../../rules/policy/yaml-source.ts'
import { voucherTerms, type VoucherTerms } from '../../rules/vouchers/voucher-kinds.ts'
import type { Register } from '../register/register.ts'
import {
  faultOfTerm,
  needing,
  policyOf,
  type JudgedPermission,
  type PermissionScene,
} from './judged-permission.ts'
import { judgement } from './judgement.ts'
import type { Voucher } from './permission-facts.ts'

/** What a voucher does, whose yes it needs, and why it can't be (requirements.md 6.5). */
export function judgeVoucher(
  voucher: Voucher,
  before: Voucher | null,
  { register, at }: PermissionScene,
): JudgedPermission {
  const policy = policyOf(register)
  const terms = voucherTerms(voucher.type, policy?.vouchers?.[voucher.type])
  const fault =
    faultOfTerm(voucher, at, terms.maxDays) ??
    faultOfChange(voucher, before) ??
    faultOfSponsor(voucher, register) ??
    faultOfZones(voucher, terms, policy?.zones.map(({ id }) => id) ?? null)
  if (fault !== undefined) return fault
  return needing(terms.needsHead ? 'head' : null, judgement('loosen', [terms.role]))
}

/** Longer, shorter or elsewhere is the same visit; another person or code is another one. */
function faultOfChange(is: Voucher, was: Voucher | null): string | undefined {
  if (was === null) return is.device === null ? undefined : 'a device comes with it at the portal'
  const kept = ['type', 'person', 'device', 'codeHash'] as const
  const changed = kept.find((field) => is[field] !== was[field])
  return changed && `its \`${changed}\` stays as it is: revoke it and issue another`
}

/** Somebody of the school answers for a visitor, and never the visitor. */
function faultOfSponsor({ host, person }: Voucher, { people, holders }: Register) {
  if (host === person) return 'nobody is a sponsor of his own visit'
  if (people.get(host)?.role === 'staff' || holders.has(host)) return undefined
  return `the sponsor \`${host}\` is no member of staff`
}

function faultOfZones(
  { zones }: Voucher,
  terms: VoucherTerms,
  known: readonly string[] | null,
): string | undefined {
  const strange = known === null ? undefined : zones.find((zone) => !known.includes(zone))
  if (strange !== undefined)
    return `there is no zone \`${strange}\`${suggestion(nearest(strange, known ?? []))}`
  if (terms.zones.length === 0) return undefined
  const places = terms.zones.join(', ')
  // Without any it would count everywhere.
  if (zones.length === 0) return `say where: such a visit is in ${places}`
  const beyond = zones.find((zone) => !terms.zones.includes(zone))
  return beyond && `such a visit is not in \`${beyond}\`, but in ${places}`
}
