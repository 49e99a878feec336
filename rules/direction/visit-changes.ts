import type { AgreementPolicy } from '../agreements/agreement.ts'
import type { Policy } from '../policy/policy.ts'
import { registrationRules } from '../portal/registration-rules.ts'
import { ROLES, type Role } from '../subject.ts'
import { VOUCHER_KINDS, voucherTerms, type VoucherTerms } from '../vouchers/voucher-kinds.ts'
import type { Side } from './findings.ts'

/** A difference in who may come in, and with which agreement. */
export interface VisitChange {
  readonly role: Role
  readonly subject: string
  readonly from: string
  readonly to: string
  readonly side: Side
}

/**
 * What differs between two policies in vouchers, registration and agreements. What is not known to be stricter
 * loosens: other zones for a visit are somebody's new zones.
 */
export function visitChanges(before: Policy, after: Policy): readonly VisitChange[] {
  return [
    ...VOUCHER_KINDS.flatMap((kind) => {
      const [was, is] = [before, after].map(({ vouchers }) => voucherTerms(kind, vouchers?.[kind]))
      return was === undefined || is === undefined ? [] : voucherChange(kind, was, is)
    }),
    ...ROLES.flatMap((role) => [
      ...registrationChange(role, before, after),
      ...agreementChange(role, before, after),
    ]),
  ]
}

function voucherChange(kind: string, was: VoucherTerms, is: VoucherTerms): readonly VisitChange[] {
  const [from, to] = [was, is].map(({ zones, during, maxDays }) =>
    [`${maxDays} days`, ...zones, ...during].join(', '),
  ) as [string, string]
  if (from === to) return []
  const isStricter =
    is.maxDays <= was.maxDays && isPart(is.zones, was.zones) && isPart(is.during, was.during)
  const side = isStricter ? 'tightens' : 'loosens'
  return [{ role: is.role, subject: `vouchers.${kind}`, from, to, side }]
}

/** None named is all. */
function isPart(some: readonly string[], all: readonly string[]): boolean {
  if (all.length === 0) return true
  return some.length > 0 && some.every((each) => all.includes(each))
}

function registrationChange(role: Role, before: Policy, after: Policy): readonly VisitChange[] {
  const [was, is] = [before, after].map(({ registration }) =>
    registrationRules(role, registration?.[role]),
  )
  if (was === undefined || is === undefined) return []
  const [from, to] = [was, is].map(
    ({ maxDevices, approval }) => `${maxDevices} devices${approval ? ', after a yes' : ''}`,
  ) as [string, string]
  if (from === to) return []
  const isStricter = is.maxDevices <= was.maxDevices && (is.approval || !was.approval)
  const side = isStricter ? 'tightens' : 'loosens'
  return [{ role, subject: 'registration', from, to, side }]
}

function agreementChange(role: Role, before: Policy, after: Policy): readonly VisitChange[] {
  const [was, is] = [before, after].map(({ agreements }) => demandsOf(role, agreements)) as [
    Demands,
    Demands,
  ]
  const [from, to] = [was, is].map(inWords) as [string, string]
  if (from === to) return []
  const isStricter =
    is.days <= was.days &&
    is.grace <= was.grace &&
    (is.consent || !was.consent) &&
    was.documents.every((one) => is.documents.some((other) => isSameOrNewer(one, other)))
  const side = isStricter ? 'tightens' : 'loosens'
  return [{ role, subject: 'agreements', from, to, side }]
}

interface Demands {
  readonly documents: readonly {
    readonly id: string
    readonly of: string
    readonly version: string
  }[]
  readonly days: number
  readonly grace: number
  readonly consent: boolean
}

function demandsOf(role: Role, policy: AgreementPolicy | undefined): Demands {
  const documents = (policy?.documents ?? [])
    .filter(({ roles }) => roles.includes(role))
    .map(({ id, phases, version }) => ({ id, of: (phases ?? []).join(' '), version }))
  if (policy === undefined || documents.length === 0)
    return { documents, days: Infinity, grace: Infinity, consent: consentOf(role, policy) }
  const { reacceptDays: days, graceDays: grace } = policy
  return { documents, days, grace, consent: consentOf(role, policy) }
}

function consentOf(role: Role, policy: AgreementPolicy | undefined): boolean {
  return role === 'pupil' && policy?.parentalConsent === true
}

function isSameOrNewer(
  was: Demands['documents'][number],
  is: Demands['documents'][number],
): boolean {
  return is.id === was.id && is.of === was.of && is.version >= was.version
}

function inWords({ documents, days, grace, consent }: Demands): string {
  const named = documents.map(({ id, of, version }) => `${id} ${of} ${version}`.replace('  ', ' '))
  const all = [...named, ...(consent ? ['a parent’s consent'] : [])]
  if (all.length === 0) return 'none'
  return named.length === 0 ? all.join(', ') : `${all.join(', ')}; ${days} and ${grace} days`
}
