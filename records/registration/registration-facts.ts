import { z } from 'zod'

/** RFC 3339. */
const instant = z.iso.datetime({ offset: true })
const reference = z.string().min(1).max(100)
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)

/** `registration.invite`: a code with which one person may bring one device, until then. */
export const invitationFacts = z.strictObject({
  person: reference,
  codeHash: sha256Hex,
  until: instant,
})
export type RegistrationInvitation = z.infer<typeof invitationFacts>

/** `device.register`, beside the device itself: by what it came in, and the code by which it comes again. */
export const registrationFacts = z.object({
  voucher: reference.nullable(),
  invitation: reference.nullable(),
  rejoinHash: sha256Hex,
})
export type RegistrationFacts = z.infer<typeof registrationFacts>

/** `agreement.sign` (requirements.md 6.7). */
export const agreementFacts = z.strictObject({
  person: reference,
  /** One of the policy's, or `parental-consent`. */
  agreement: reference,
  version: z.string().max(100),
  /** SHA-256 of the text that was shown; the ledger has the text. Null on paper. */
  document: sha256Hex.nullable(),
  method: z.enum(['portal', 'paper', 'parent']),
  /** When, where that is not the entry's own time: a paper of last week. */
  signedAt: instant.nullable(),
})
export type AgreementFacts = z.infer<typeof agreementFacts>

/** A signature of the register, with its time. */
export interface SignedAgreement extends AgreementFacts {
  /** RFC 3339. */
  readonly at: string
}

/** The part of the register that says how devices came in and who agreed to what. */
export interface RegistrationState {
  /** By their own id; gone when used or withdrawn. */
  readonly invitations: ReadonlyMap<string, RegistrationInvitation>
  /** By device. */
  readonly registrations: ReadonlyMap<string, RegistrationFacts>
  /** By `signatureKey`. */
  readonly agreements: ReadonlyMap<string, SignedAgreement>
}

export const NO_REGISTRATION: RegistrationState = {
  invitations: new Map(),
  registrations: new Map(),
  agreements: new Map(),
}

export function signatureKey(person: string, agreement: string): string {
  return `${person} ${agreement}`
}
