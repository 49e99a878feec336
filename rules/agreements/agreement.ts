import type { Role } from '../subject.ts'

/** One acceptable-use agreement: whose it is, and which version of it counts. */
export interface AgreementDocument {
  readonly id: string
  readonly roles: readonly Role[]
  /** Null: pupils of every phase. */
  readonly phases: readonly string[] | null
  /** The date from which on it counts, `YYYY-MM-DD`; another date is another version. */
  readonly version: string
  /** A file beside the policy. */
  readonly file: string
}

/** What the school asks people to agree to (001:15, 002:371-424, 004:33). */
export interface AgreementPolicy {
  readonly documents: readonly AgreementDocument[]
  /** A signature counts so long: "annually" (002:371, 002:392). */
  readonly reacceptDays: number
  /** After a new version so long by the old one. */
  readonly graceDays: number
  /** Pupils need their parents' word, too (002:549). */
  readonly parentalConsent: boolean
}

/** A person's word, as the ledger keeps it. */
export interface Signature {
  readonly version: string
  /** Epoch ms. */
  readonly at: number
}

/** Under which a parent's word is kept, in place of a document's id. */
export const PARENTAL_CONSENT = 'parental-consent'

/** What somebody of the role and phase is asked to agree to; null where the school asks nothing of them. */
export function agreementFor(
  { documents }: AgreementPolicy,
  role: Role,
  phase: string | null,
): AgreementDocument | null {
  const fits = ({ roles, phases }: AgreementDocument): boolean =>
    roles.includes(role) && (phases === null || (phase !== null && phases.includes(phase)))
  return documents.find(fits) ?? null
}

const DAY_MS = 86_400_000

/** Until when a signature counts, epoch ms; it may be over. */
export function signatureEnds(
  signature: Signature,
  { version }: AgreementDocument,
  { reacceptDays, graceDays }: AgreementPolicy,
): number {
  const year = signature.at + reacceptDays * DAY_MS
  if (signature.version === version) return year
  return Math.min(year, Date.parse(version) + graceDays * DAY_MS)
}
