import type { Duty } from '../../records/governance/governance-state.ts'

/**
 * How far a permission goes: everything, without names or in sums, or only what is one's own (a teacher's
 * class of now, one's own requests).
 */
export type Scope = 'full' | 'masked' | 'own'

/** The columns of requirements.md section 5. */
const COLUMNS: readonly (readonly Duty[])[] = [
  ['network_manager'],
  ['dsl', 'deputy_dsl'],
  ['head', 'slt'],
  ['reception', 'exams_officer'],
  ['teacher'],
  ['governor', 'chair_of_governors'],
  ['it'],
]

/** `W`, `A` and `R` go all the way here: whether a change then waits for somebody is the desk's to say. */
const SCOPES: Readonly<Record<string, Scope | null>> = {
  W: 'full',
  A: 'full',
  R: 'full',
  r: 'masked',
  o: 'own',
  '-': null,
}

type Scopes = ReadonlyMap<Duty, Scope>

/** One row: NM, DSL, HT, OF, TE, GO, IT. */
function row(marks: string): Scopes {
  const scopes = marks.split(/ +/).map((mark) => SCOPES[mark] ?? null)
  if (scopes.length !== COLUMNS.length) throw new Error(`\`${marks}\` is not a row of seven`)
  return new Map(
    scopes.flatMap((scope, index) =>
      scope === null ? [] : (COLUMNS[index] ?? []).map((duty) => [duty, scope] as const),
    ),
  )
}

/**
 * Requirements.md section 5, the whole of it: what each duty may see and try. Whoever holds several has the
 * union. What is submitted is judged again by the desk (`records/governance/permissions.ts`), which knows the
 * direction and the owner of a change; this table keeps people away from pages that are not theirs.
 */
const PERMISSIONS = {
  'policy.read': row('R R R - r r R'),
  'policy.edit': row('W W - - - - -'),
  'changes.read': row('R R R - - r R'),
  'changes.decide': row('- A A - - - -'),
  'changes.review': row('- W W - - - -'),
  'roles.read': row('R R W - - - R'),
  'roles.assign': row('- - W - - - -'),
  /** Not those of whoever says yes or no: `account-routes.ts`. */
  'accounts.manage': row('W - W - - - W'),
  /** A teacher's own lesson is a view of its own, which is not there yet; governors get sums. */
  'attempts.read': row('r R R - - - r'),
  'attempts.count': row('R R R - - r R'),
  'alerts.read': row('R R R - - - R'),
  'alerts.acknowledge': row('R R R - - - R'),
  'incidents.create': row('W W W W W - W'),
  'incidents.read': row('o R W o o r o'),
  'grants.read': row('R R W R o - R'),
  'grants.request': row('W W W W W - W'),
  'grants.revoke': row('- W W - - - -'),
  'lessons.run': row('W W W - o - -'),
  'sites.block': row('W W W - - - W'),
  'sites.read': row('R R R - r - R'),
  'requests.raise': row('W W W W W - W'),
  'requests.decide': row('W W W - - - W'),
  'devices.read': row('W R R R - - W'),
  'devices.manage': row('W - - - - - W'),
  /** People, classes and devices from outside, as whoever may change each of them by hand. */
  'imports.run': row('W - - - - - W'),
  'devices.report_lost': row('W W W W W - W'),
  'posture.read': row('R - r - - - R'),
  'vouchers.issue': row('R - W W - - W'),
  'custody.record': row('- R R W W - -'),
  'exams.run': row('R - W W - - R'),
  'occasions.run': row('W W W W - - W'),
  'emergency.run': row('W W W W - - -'),
  'reports.weekly': row('R R R - - r r'),
  'reports.governors': row('R W W - - R -'),
  'evidence.review': row('W W A - - R R'),
  'health.read': row('W - R - - - W'),
  'test_as.ask': row('R R R - - - R'),
} as const satisfies Readonly<Record<string, Scopes>>
export type Permission = keyof typeof PERMISSIONS

const WIDTH: Readonly<Record<Scope, number>> = { own: 1, masked: 2, full: 3 }

/** The widest scope that any of the duties gives; null: none of them has the permission. */
export function scopeOf(permission: Permission, duties: readonly Duty[]): Scope | null {
  const scopes: Scopes = PERMISSIONS[permission]
  let best: Scope | null = null
  for (const duty of duties) {
    const scope = scopes.get(duty)
    if (scope !== undefined && (best === null || WIDTH[scope] > WIDTH[best])) best = scope
  }
  return best
}

/** Duties that a password alone does not admit (requirements.md section 5, rule 3). */
const TWO_FACTORS: readonly Duty[] = [
  ...(['network_manager', 'dsl', 'deputy_dsl', 'head', 'slt', 'it', 'dpo'] as const),
]

export function needsSecondFactor(duties: readonly Duty[]): boolean {
  return duties.some((duty) => TWO_FACTORS.includes(duty))
}
