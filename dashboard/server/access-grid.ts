import { judgeAccess } from '../../rules/access/judge-access.ts'
import type { Policy, ZonePolicy } from '../../rules/policy/policy.ts'
import type { DeviceFacts, Role } from '../../rules/subject.ts'
import { SchoolTime } from '../../rules/time/school-time.ts'

/** A kind of device that a school thinks of as one. */
interface Kind {
  readonly label: string
  readonly role: Role
  readonly ownership: DeviceFacts['ownership']
  readonly type: string
}

const KINDS: readonly Kind[] = [
  { label: 'Pupils, school laptop', role: 'pupil', ownership: 'school', type: 'laptop' },
  { label: 'Pupils, own phone', role: 'pupil', ownership: 'personal', type: 'phone' },
  { label: 'Staff, school laptop', role: 'staff', ownership: 'school', type: 'laptop' },
  { label: 'Staff, own phone', role: 'staff', ownership: 'personal', type: 'phone' },
  { label: 'Staff, own laptop', role: 'staff', ownership: 'personal', type: 'laptop' },
  { label: 'Governors, own tablet', role: 'governor', ownership: 'personal', type: 'tablet' },
  { label: 'Visitors, own phone', role: 'visitor', ownership: 'personal', type: 'phone' },
]

interface PhasedKind extends Kind {
  readonly phase: string | null
}

export interface AccessGrid {
  readonly kinds: readonly { readonly label: string; readonly phase: string | null }[]
  readonly zones: readonly string[]
  /** By zone, then by kind. */
  readonly cells: readonly (readonly GridCell[])[]
}

interface GridCell {
  readonly profile: string | null
  readonly reason: string | null
  readonly alert: boolean
  readonly rule: string
}

/**
 * The gate's own access stage, asked for each zone and kind of device: registered, signed, in order, with a
 * voucher where it is a visitor's, and without anything that people have permitted for some.
 */
export function accessGrid(policy: Policy, at: number): AccessGrid {
  const moment = new SchoolTime(policy.time).at(at)
  const kinds = KINDS.flatMap((kind): readonly PhasedKind[] =>
    kind.role === 'pupil'
      ? policy.school.phases.map((phase) => ({ ...kind, phase }))
      : [{ ...kind, phase: null }],
  )
  const cellOf = (zone: ZonePolicy, kind: PhasedKind): GridCell => {
    const { profile, reasonCode, alert, ruleId } = judgeAccess(policy, {
      ...{ zone, moment },
      device: typical(kind),
    })
    return { profile, reason: reasonCode, alert, rule: ruleId }
  }
  return {
    kinds: kinds.map(({ label, phase }) => ({ label, phase })),
    zones: policy.zones.map(({ id }) => id),
    cells: policy.zones.map((zone) => kinds.map((kind) => cellOf(zone, kind))),
  }
}

function typical({ role, ownership, type, phase }: PhasedKind): DeviceFacts {
  return {
    ...{ id: 'any', personRef: null, role, phase, year: null, ownership, type },
    ...{ state: 'approved', aup: 'signed', posture: 'ok', grant: null, examCandidate: false },
    ...{ voucher: role === 'visitor' ? 'active' : null, carriesCa: false, octet: null },
    addresses: [],
  }
}
