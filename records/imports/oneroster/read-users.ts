import type { Role } from '../../../rules/subject.ts'
import { CellReader } from '../../register/cell-readers.ts'
import type { TableRow } from '../../register/csv-table.ts'
import type { Person } from '../../register/people-csv.ts'
import { claimEmail, readEmail } from '../../register/people-csv.ts'
import { phaseOf, yearOf, type PhaseOfYears } from '../school-years.ts'
import type { Register } from '../../register/register.ts'
import type { RosterSet } from './roster-files.ts'

/** Roles of OneRoster 1.1 (section 4.13.5) and 1.2 (RoleType) as ours; what is not here is nobody of the school. */
const ROLES: Readonly<Record<string, Role>> = {
  student: 'pupil',
  teacher: 'staff',
  aide: 'staff',
  administrator: 'staff',
  proctor: 'staff',
  counselor: 'staff',
  principal: 'staff',
  districtadministrator: 'staff',
  siteadministrator: 'staff',
  systemadministrator: 'staff',
}

/** Roles that exist and get nobody onto the school's network. */
const OUTSIDERS: ReadonlySet<string> = new Set(['guardian', 'parent', 'relative'])

export interface UserContext {
  readonly register: Register
  readonly emails: readonly (readonly [email: string, personRef: string])[]
  /** The school whose people are taken; null: all that are there. */
  readonly org: string | null
  readonly phases: readonly PhaseOfYears[] | null
  /** The school's day, as 2026-11-25. */
  readonly today: string
}

/** What becomes of one row. */
export type User =
  | { readonly kind: 'person'; readonly person: Person }
  /** He is no more, or is not to be let in: `tobedeleted`, or `enabledUser` false. */
  | { readonly kind: 'leaver' }
  /** A parent, or somebody of another school. */
  | { readonly kind: 'other' }

export interface Users {
  readonly users: ReadonlyMap<string, User>
  /** Rows that are there and can't be read. */
  readonly spoilt: ReadonlySet<string>
  readonly keysLost: boolean
}

/** The people of users.csv, with roles.csv in 1.2; null where there is no such file. */
export function readUsers(set: RosterSet, context: UserContext): Users | null {
  const roles = set.version === '1.2' ? rolesOf(set, context) : null
  const known = context.emails.map(([email, ref]) => [email.toLowerCase(), ref] as const)
  // Of a bulk file nobody keeps an address that is not in it.
  const emails = new Map(set.modeOf('users') === 'bulk' ? [] : known)
  const table = set.read('users', (row, report): User => {
    const cells = new CellReader(row, report)
    const ref = cells.reference('sourcedid')
    if (isDeleted(row)) return { kind: 'leaver' }
    if (!isOf(row, context.org)) return { kind: 'other' }
    const role = roles === null ? roleOf(cells) : roleOfList(cells, roles)
    if (role === null || role === 'outsider') return { kind: 'other' }
    if (cells.oneOf('enableduser', ['true', 'false']) === 'false') return { kind: 'leaver' }
    const email = cells.optional('email', () => readEmail(cells))
    if (email !== null) claimEmail(cells, ref, emails)
    const year = role === 'pupil' ? yearIn(row) : null
    const phase = role === 'pupil' ? phaseOf(year, context.phases, context.register) : null
    const details = { name: nameOf(cells), email }
    return { kind: 'person', person: { facts: { role, phase, year }, details } }
  })
  return table && { users: table.rows, spoilt: table.spoilt, keysLost: table.keysLost }
}

function roleOfList(
  cells: CellReader,
  roles: ReadonlyMap<string, Role | 'outsider'>,
): Role | 'outsider' | null {
  const ref = cells.text('sourcedid')
  const role = roles.get(ref)
  if (role === undefined) cells.refuse('sourcedid', `\`${ref}\` has no role in roles.csv today`)
  return role ?? null
}

export function isDeleted(row: TableRow): boolean {
  return row.cell('status').toLowerCase() === 'tobedeleted'
}

function isOf(row: TableRow, org: string | null): boolean {
  if (org === null) return true
  const orgs = [...row.cell('orgsourcedids').split(','), row.cell('primaryorgsourcedid')]
  const named = orgs.map((one) => one.trim()).filter((one) => one !== '')
  // 1.2 names schools in roles.csv as well, and those of another school are not read there.
  return named.length === 0 || named.includes(org)
}

function roleOf(cells: CellReader): Role | 'outsider' | null {
  const word = cells.text('role')
  const role = wordRole(word)
  if (role === null) cells.refuse('role', `\`${word.slice(0, 40)}\` is no role of OneRoster`)
  return role
}

function wordRole(word: string): Role | 'outsider' | null {
  const name = word.toLowerCase()
  if (OUTSIDERS.has(name)) return 'outsider'
  return Object.hasOwn(ROLES, name) ? (ROLES[name] ?? null) : null
}

/** Today's role of each user: the primary one, and of several rather staff's than a pupil's. */
function rolesOf(
  set: RosterSet,
  { org, today }: UserContext,
): ReadonlyMap<string, Role | 'outsider'> {
  const table = set.read('roles', (row, report) => {
    const cells = new CellReader(row, report)
    const ofOther = org !== null && row.cell('orgsourcedid') !== org
    const counts = !isDeleted(row) && !ofOther && isToday(row, today)
    const isPrimary = row.cell('roletype').toLowerCase() === 'primary'
    return { user: cells.reference('usersourcedid'), role: roleOf(cells), counts, isPrimary }
  })
  const best = new Map<string, { role: Role | 'outsider'; rank: number }>()
  for (const { user, role, counts, isPrimary } of table?.rows.values() ?? []) {
    if (role === null || !counts) continue
    const rank = (isPrimary ? 10 : 0) + ['outsider', 'pupil', 'staff'].indexOf(role)
    if (rank > (best.get(user)?.rank ?? -1)) best.set(user, { role, rank })
  }
  return new Map([...best].map(([user, { role }]) => [user, role]))
}

/** Begun, and not over; a row without days always holds. The last day counts. */
export function isToday(row: TableRow, today: string): boolean {
  const [begin, end] = [row.cell('begindate'), row.cell('enddate')]
  return (begin === '' || begin <= today) && (end === '' || today <= end)
}

function yearIn(row: TableRow): number | null {
  // A pupil between two years is in the first that is named.
  return yearOf(row.cell('grades').split(',')[0] ?? '')
}

function nameOf(cells: CellReader): string {
  const part = (preferred: string, usual: string): string => {
    const column = cells.text(preferred) === '' ? usual : preferred
    return cells.plain(column, MAX_PART_LETTERS)
  }
  const name = [
    part('preferredgivenname', 'givenname'),
    part('preferredfamilyname', 'familyname'),
  ].filter((word) => word !== '')
  if (name.length === 0) cells.refuse('givenname', 'missing: nobody is without a name')
  return name.join(' ')
}

const MAX_PART_LETTERS = 100
