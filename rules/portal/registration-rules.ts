import type { Role } from '../subject.ts'

/** Who may bring a device of his own with a code from the office. */
export interface RegistrationRules {
  /** How many; 0: none. */
  readonly maxDevices: number
  /** The device waits for the yes of a technician (requirements.md 5, "approve BYOD"). */
  readonly approval: boolean
}

/** Pupils' own devices are nobody's to bring (003:92, 004:106) unless the policy says so; visitors have vouchers. */
const BUILT_IN: Readonly<Record<Role, RegistrationRules>> = {
  staff: { maxDevices: 3, approval: true },
  governor: { maxDevices: 1, approval: true },
  pupil: { maxDevices: 0, approval: true },
  visitor: { maxDevices: 0, approval: true },
}

/** The rules of a role in a school whose policy says `rules` of it. */
export function registrationRules(
  role: Role,
  rules: RegistrationRules | undefined,
): RegistrationRules {
  return rules ?? BUILT_IN[role]
}
