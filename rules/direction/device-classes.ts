import { asksPosture, isAbout } from '../access/judge-access.ts'
import type { Policy } from '../policy/policy.ts'
import { ROLES, type DeviceFacts, type Role } from '../subject.ts'

/** Devices that neither policy can tell from `facts`. */
export interface DeviceClass {
  readonly facts: DeviceFacts
  readonly roles: readonly Role[]
  /** Null where devices of both ownerships are in it. */
  readonly ownership: 'personal' | 'school' | null
}

/** A type that no rule names, for all devices of such types. */
const OTHER_TYPE = ''

const APPROVED: DeviceFacts = {
  id: '',
  personRef: null,
  role: 'pupil',
  phase: null,
  year: null,
  ownership: 'personal',
  type: OTHER_TYPE,
  state: 'approved',
  aup: 'signed',
  posture: 'ok',
  grant: null,
  voucher: null,
  examCandidate: false,
  carriesCa: false,
  octet: null,
  addresses: [],
}

const PENDING: DeviceClass = {
  facts: { ...APPROVED, state: 'pending' },
  roles: ROLES,
  ownership: null,
}

/** What a device may be besides its person's; refused states are the same by every policy. */
const STANDINGS: readonly Partial<DeviceFacts>[] = [
  {},
  { posture: 'failed:check' },
  { state: 'quarantine' },
  { grant: 'dependant_illness' },
  { grant: 'dependant_illness', posture: 'failed:check' },
  { grant: 'medical' },
  { grant: 'medical', posture: 'failed:check' },
  { grant: 'medical', state: 'quarantine' },
]

/** Each with a voucher that does not count any more, too; one that counts makes it a device like others. */
const CONDITIONS = STANDINGS.flatMap((standing) => [standing, { ...standing, byVoucher: '' }])

/**
 * Every registered device that there could be, in classes that the access stages of both policies
 * can't look into. Exams are left to the caller: who sits one matters only while one is on.
 */
export function deviceClasses(before: Policy, after: Policy): readonly DeviceClass[] {
  const found = new Map<string, { facts: DeviceFacts; roles: Set<Role>; owners: Set<string> }>()
  for (const base of people(before, after)) {
    const rules = `${rulesAbout(before, base)}|${rulesAbout(after, base)}`
    for (const condition of CONDITIONS) {
      const facts = { ...base, ...condition }
      const key = keyOf(facts, { before, after, rules })
      const known = found.get(key)
      if (known === undefined)
        found.set(key, {
          facts,
          roles: new Set([facts.role]),
          owners: new Set([facts.ownership]),
        })
      else {
        known.roles.add(facts.role)
        known.owners.add(facts.ownership)
      }
    }
  }
  const registered = [...found.values()].map(({ facts, roles, owners }) => ({
    facts,
    roles: ROLES.filter((role) => roles.has(role)),
    ownership: owners.size > 1 ? null : facts.ownership,
  }))
  return [PENDING, ...registered]
}

/** Role, phase, ownership, type and voucher: what the access rules ask. */
function people(before: Policy, after: Policy): readonly DeviceFacts[] {
  const policies = [before, after]
  const phases = new Set(policies.flatMap(phasesOf))
  const types = new Set(policies.flatMap(typesOf))
  return ROLES.flatMap((role) =>
    // A pupil without a phase can only come from a register older than the check that refuses it.
    [null, ...phases].flatMap((phase) =>
      (['personal', 'school'] as const).flatMap((ownership) =>
        [OTHER_TYPE, ...types].flatMap((type) =>
          ([null, 'active'] as const).map((voucher) => ({
            ...APPROVED,
            role,
            phase,
            ownership,
            type,
            voucher,
          })),
        ),
      ),
    ),
  )
}

function phasesOf({ school, time }: Policy): readonly string[] {
  return [...school.phases, ...time.timetable.map(({ phase }) => phase)]
}

function typesOf({ access, postureRequired }: Policy): readonly string[] {
  return [...access, ...postureRequired].flatMap(({ types }) => types ?? [])
}

/** Which rules can ever apply; two devices of the same phase with the same ones are one. */
function rulesAbout({ access }: Policy, device: DeviceFacts): string {
  return access.map((rule) => (isAbout(rule, device) ? '1' : '0')).join('')
}

interface Compared {
  readonly before: Policy
  readonly after: Policy
  readonly rules: string
}

/** Below the step at which a visit that is over ends the matter. */
function belowVisits(facts: DeviceFacts, { before, after, rules }: Compared): string {
  const own = `${facts.ownership}|${facts.phase ?? ''}`
  let key = `rules|${own}|${rules}`
  if (facts.grant === 'dependant_illness')
    key = granted('dependant_illness', [before, after], { all: `illness|${own}`, rest: key })
  if (facts.state === 'quarantine') return `quarantine|${own}`
  if (facts.posture === 'ok') return key
  const asked = [before, after].map((policy) => asksPosture(policy, facts))
  if (asked.every(Boolean)) return `quarantine|${own}`
  return asked.some(Boolean) ? `posture ${asked.join()}|${key}` : key
}

/** Mirrors the order of `judgeAccess`: what an earlier step answers hides what later ones would ask. */
function keyOf(facts: DeviceFacts, { before, after, rules }: Compared): string {
  const { ownership, phase } = facts
  const own = `${ownership}|${phase ?? ''}`
  let key =
    facts.byVoucher === undefined
      ? belowVisits(facts, { before, after, rules })
      : `visit over|${own}`
  if (facts.grant === 'medical')
    key = granted('medical', [before, after], { all: `medical|${phase ?? ''}`, rest: key })
  return key
}

function granted(
  grant: 'medical' | 'dependant_illness',
  policies: readonly Policy[],
  { all, rest }: { all: string; rest: string },
): string {
  const known = policies.map(({ grants }) => grants[grant] !== null)
  if (known.every(Boolean)) return all
  return known.some(Boolean) ? `${grant} ${known.join()}|${rest}` : rest
}
