import {
  agreementFacts,
  invitationFacts,
  registrationFacts,
  signatureKey,
} from '../../registration/registration-facts.ts'
import { notePut } from '../beside-files.ts'
import { readAfter, type Projection } from '../projection.ts'
import { deviceFacts } from './devices.ts'

/** `registration.invite`: the code is good until it is used, withdrawn or over. */
export const inviteRegistration: Projection = ({ invitations }, entry) => {
  invitations.set(entry.object_id, readAfter(entry, invitationFacts))
}

/** `registration.withdraw` */
export const withdrawRegistration: Projection = ({ invitations }, entry) => {
  invitations.delete(entry.object_id)
}

/** `device.register`: the device is there, and what it came in by is used up. */
export const registerDevice: Projection = (draft, entry) => {
  const { device, ...facts } = readAfter(entry, registered)
  const { object_id: id, actor } = entry
  notePut(draft, { what: 'device', id, actor, isNew: true })
  draft.devices.set(id, device)
  draft.registrations.set(id, facts)
  if (facts.invitation !== null) draft.invitations.delete(facts.invitation)
  const voucher = facts.voucher === null ? undefined : draft.vouchers.get(facts.voucher)
  if (facts.voucher !== null && voucher !== undefined)
    draft.vouchers.set(facts.voucher, { ...voucher, device: id })
}

const registered = registrationFacts.extend({ device: deviceFacts })

/** `agreement.sign`: the last word of a person on a document counts. */
export const signAgreement: Projection = ({ agreements }, entry) => {
  const facts = readAfter(entry, agreementFacts)
  const at = facts.signedAt ?? entry.ts
  agreements.set(signatureKey(facts.person, facts.agreement), { ...facts, at })
}
