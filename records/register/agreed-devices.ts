import {
  agreementFor,
  PARENTAL_CONSENT,
  signatureEnds,
  type AgreementPolicy,
} from '../../rules/agreements/agreement.ts'
import type { DeviceFacts } from '../../rules/subject.ts'
import { signatureKey } from '../registration/registration-facts.ts'
import type { Register } from './register.ts'

type Signed = Pick<Register, 'devices' | 'agreements'>

/**
 * The devices as the decision takes them: with what their people have signed in place of what the file says.
 * A person without a signature of the register is as the file has it, which keeps what was signed on paper. The
 * same object for a device that this changes nothing of.
 */
export function agreedDevices(
  { devices, agreements }: Signed,
  policy: AgreementPolicy | undefined,
): readonly DeviceFacts[] {
  const all = [...devices.values()]
  return policy === undefined ? all : all.map((device) => agreed(device, agreements, policy))
}

function agreed(
  device: DeviceFacts,
  agreements: Signed['agreements'],
  policy: AgreementPolicy,
): DeviceFacts {
  const { personRef: person, role, phase } = device
  if (person === null) return device
  if (role === 'pupil' && policy.parentalConsent) {
    const consent = agreements.get(signatureKey(person, PARENTAL_CONSENT))
    if (consent === undefined) return withAgreement(device, 'missing')
  }
  const document = agreementFor(policy, role, phase)
  const signature = document && agreements.get(signatureKey(person, document.id))
  if (document === null || signature === null || signature === undefined) return device
  const at = Date.parse(signature.at)
  const until = signatureEnds({ version: signature.version, at }, document, policy)
  return withAgreement(device, 'signed', until)
}

function withAgreement(
  device: DeviceFacts,
  aup: DeviceFacts['aup'],
  aupUntil?: number,
): DeviceFacts {
  if (device.aup === aup && device.aupUntil === aupUntil) return device
  const facts: { -readonly [Field in keyof DeviceFacts]: DeviceFacts[Field] } = { ...device, aup }
  if (aupUntil === undefined) delete facts.aupUntil
  else facts.aupUntil = aupUntil
  return facts
}
