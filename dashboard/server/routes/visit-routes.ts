import { z } from 'zod'
import { isName, issueVoucher, withoutCode } from '../../../records/registration/issue-voucher.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { VOUCHER_KINDS, voucherTerms } from '../../../rules/vouchers/voucher-kinds.ts'
import { outcomeOf } from '../outcome.ts'
import { slipPage } from '../portal/slip-page.ts'
import type { PortalSchool } from '../portal/portal-frame.ts'
import { route } from '../route.ts'
import type { School } from '../school.ts'

const instant = z.iso.datetime({ offset: true })
const reference = z.string().min(1).max(100)
const text = z.string().max(500).nullable().default(null)

export const VISIT_ROUTES = [
  route({
    method: 'GET',
    url: '/api/vouchers',
    access: 'vouchers.issue',
    summary: 'Vouchers with their visitors and hosts, and what each kind of visit is good for',
    handle: ({ desk: { school } }) => {
      const { vouchers, headSeq } = school.register()
      const policy = policyOf(school)
      return {
        headSeq,
        // The hash of a code is nobody's to see: it is how codes are looked for.
        vouchers: [...vouchers].map(([id, voucher]) => ({
          ...{ ...withoutCode(voucher), id },
          name: school.nameOf(voucher.person),
          hostName: school.nameOf(voucher.host),
        })),
        kinds: VOUCHER_KINDS.map((kind) => ({
          kind,
          ...voucherTerms(kind, policy?.vouchers?.[kind]),
        })),
      }
    },
  }),
  route({
    method: 'POST',
    url: '/api/vouchers',
    access: 'vouchers.issue',
    summary: 'Issue a voucher: its code and the slip to print, told this once',
    body: z
      .strictObject({
        reason: z.string().max(2_000),
        type: z.enum(VOUCHER_KINDS),
        /** A visitor whom the school does not know yet; else `person`. */
        name: z.string().refine(isName, 'a name has 1 to 200 letters').nullable().default(null),
        person: reference.nullable().default(null),
        host: reference,
        zones: z.array(reference).max(50).default([]),
        from: instant,
        to: instant,
        ...{ organisation: text, purpose: text, assessment: text },
        idChecked: z.boolean().default(false),
      })
      .refine(({ name, person }) => (name === null) !== (person === null), {
        error: 'a name or a person, not both',
        path: ['name'],
      }),
    handle: async ({ body: { reason, ...request }, desk: { school }, at }, actor) => {
      const register = school.register()
      const { id, code, change } = issueVoucher(request, register)
      const wanted = { basedOn: register.headSeq, reason, ...change }
      const outcome = outcomeOf(await school.desk.submit(wanted, actor.personRef, at))
      const { zones, from, to } = request
      const name = request.name ?? school.nameOf(request.person ?? '') ?? 'a visitor'
      const host = school.nameOf(request.host) ?? request.host
      const link = school.portalUrl === null ? null : `${school.portalUrl}?code=${code}`
      const slip = await slipPage(schoolOnSlip(school), { code, name, host, zones, from, to, link })
      return { ...(outcome as object), id, code, slip }
    },
  }),
]

function policyOf(school: School) {
  const { policy } = school.register()
  const parsed = policy === null ? null : parsePolicy(policy.text, policy.name)
  return parsed?.ok === true ? parsed.policy : null
}

function schoolOnSlip(school: School): PortalSchool {
  const policy = policyOf(school)
  return {
    name: policy?.school.name ?? '',
    ask: policy?.school.ask ?? '',
    monitoringNotice: policy?.school.monitoringNotice ?? '',
    timeZone: policy?.time.timezone ?? 'Europe/London',
  }
}
