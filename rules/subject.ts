/** What is known of a device and its person, as facts; one row of the register. */
export interface DeviceFacts {
  readonly id: string
  readonly personRef: string | null
  readonly role: Role
  /** Pupils only: the phase whose timetable and profiles apply. */
  readonly phase: string | null
  readonly year: number | null
  readonly ownership: 'personal' | 'school'
  /** phone, tablet, laptop, watch, ... */
  readonly type: string
  readonly state: DeviceState
  readonly aup: 'signed' | 'missing'
  /** Epoch ms from which on the signature counts no more; absent: it goes on. */
  readonly aupUntil?: number
  /** `ok`, `not_applicable`, `stale` or `failed:<check>`. */
  readonly posture: string
  readonly grant: 'medical' | 'dependant_illness' | null
  readonly voucher: 'active' | 'expired' | null
  readonly examCandidate: boolean
  /** The school's certificate authority is installed, so a page can answer an HTTPS request. */
  readonly carriesCa: boolean
  /** Last octet inside an `identify.last_octet` network; null where addresses tell instead. */
  readonly octet: number | null
  readonly addresses: readonly string[]
  /** Hardware addresses as `readMacAddress` writes them; absent where none is registered. A hint, never an identity. */
  readonly macs?: readonly string[]
  /** What the asset register says of it; it decides nothing. Absent where nothing is kept. */
  readonly asset?: AssetFacts
  /** The voucher that it came with: it is let in while that one counts, here and now, and by nothing else. */
  readonly byVoucher?: string
}

/** A line of the asset register (requirements.md A125, A243); days are as 2026-11-25. What is unknown is absent. */
export type AssetFacts = Readonly<Partial<Record<AssetField, string>>>
/** Tag and serial number are of the school's own devices alone; `disposalRef` is the number of a certificate. */
type AssetField =
  | ('tag' | 'serial' | 'make' | 'model' | 'location' | 'bought' | 'warrantyEnds')
  | ('disposedOn' | 'disposalRef')

export const ROLES = ['pupil', 'staff', 'governor', 'visitor'] as const
export type Role = (typeof ROLES)[number]

export const DEVICE_STATES = [
  'approved',
  'pending',
  'quarantine',
  'suspended',
  'lost',
  'confiscated',
  'recalled',
  'revoked',
  'disposed',
] as const
export type DeviceState = (typeof DEVICE_STATES)[number]

/** A zone's facts: what the access rules ask of a place. */
export interface ZoneFacts {
  readonly id: string
  readonly pupilArea: boolean
  readonly mobileFree: boolean
  readonly exam: boolean
  /** `enforce` where nothing is said. */
  readonly mode?: ZoneMode
}

/**
 * What becomes of a decision in a zone: `observe` decides and records and refuses nothing but what is
 * sealed, to compare with the filter in place; `chain` asks another filter besides, and either may refuse.
 */
export const ZONE_MODES = ['enforce', 'observe', 'chain'] as const
export type ZoneMode = (typeof ZONE_MODES)[number]
