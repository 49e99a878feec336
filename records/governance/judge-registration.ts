import { agreementFor, PARENTAL_CONSENT } from '../../rules/agreements/agreement.ts'
import { registrationRules } from '../../rules/portal/registration-rules.ts'
import type { AgreementFacts, RegistrationInvitation } from '../registration/registration-facts.ts'
import type { Register } from '../register/register.ts'
import { policyOf } from './judged-permission.ts'

/** Why nobody may be given such a code; undefined where somebody may. */
export function faultOfInvitation(
  { person }: RegistrationInvitation,
  register: Register,
): string | undefined {
  const facts = register.people.get(person)
  if (facts === undefined) return `there is no person \`${person}\``
  const { maxDevices } = registrationRules(
    facts.role,
    policyOf(register)?.registration?.[facts.role],
  )
  if (maxDevices === 0) return `a ${facts.role} brings no device of his own to this school`
  return devicesOf(person, register) < maxDevices
    ? undefined
    : `\`${person}\` has ${maxDevices} devices already, which is the most`
}

/** Devices of a person's own that are in use. */
export function devicesOf(person: string, { devices }: Register): number {
  const own = [...devices.values()].filter(
    ({ personRef, ownership, state }) =>
      personRef === person && ownership === 'personal' && !GIVEN_UP.has(state),
  )
  return own.length
}

const GIVEN_UP: ReadonlySet<string> = new Set(['revoked', 'disposed', 'recalled'])

/** Why such a signature is none: nobody that is known, or nothing that the school asks. */
export function faultOfSignature(
  { person, agreement, version, method }: AgreementFacts,
  register: Register,
): string | undefined {
  const facts = register.people.get(person)
  if (facts === undefined) return `there is no person \`${person}\``
  if (method === 'portal') return 'at the portal people sign themselves'
  if (agreement === PARENTAL_CONSENT)
    return facts.role === 'pupil' ? undefined : 'parents consent for pupils'
  const { agreements } = policyOf(register) ?? {}
  const asked = agreements && agreementFor(agreements, facts.role, facts.phase)
  if (asked?.id !== agreement) return `nobody asks \`${person}\` to agree to \`${agreement}\``
  return asked.version === version
    ? undefined
    : `version \`${version}\` of \`${agreement}\` is not the one that counts: \`${asked.version}\``
}
