import { Problems, type Table } from '../../register/csv-table.ts'
import type { Person } from '../../register/people-csv.ts'
import type { Register } from '../../register/register.ts'
import type { Role } from '../../../rules/subject.ts'
import type { ImportSource } from '../import-source.ts'
import type { ReadContext, ReadRoster } from '../read-list.ts'
import { EMPTY_ROSTER } from '../roster.ts'
import type { PhaseOfYears } from '../school-years.ts'
import { readClasses } from './read-classes.ts'
import { isDeleted, readUsers, type Users } from './read-users.ts'
import { readRosterSet, type RosterSet } from './roster-files.ts'

export interface RosterOptions {
  /** `sourcedId` of the school whose people are taken; null where the files hold one school. */
  readonly org: string | null
  readonly phases: readonly PhaseOfYears[] | null
}

/** As for the school's own lists: whoever mends a file wants all that is wrong with it. */
const MAX_PROBLEMS = 10_000

/**
 * A OneRoster export (CSV binding 1.1 and 1.2) as a roster. Of a bulk file who is not in it leaves, of a delta
 * who is `tobedeleted`; governors and visitors, whom no information system has, are left alone.
 */
export function readOneRoster(
  sources: readonly ImportSource[],
  { org, phases }: RosterOptions,
  context: ReadContext,
): ReadRoster {
  const set = readRosterSet(sources, MAX_PROBLEMS)
  if (set instanceof Problems) return { roster: null, problems: set, rows: 0, notes: [] }
  const { problems, version } = set
  const school = schoolOf(set, org)
  const name = sources.length === 1 ? (sources[0]?.name ?? '') : `OneRoster ${version}`
  if ('org' in school) return readSchool(set, { ...context, phases, org: school.org, name })
  problems.add({ file: 'orgs.csv', line: 1, col: 1, path: '', message: school.fault })
  return { roster: null, problems, rows: 0, notes: set.notes }
}

function readSchool(
  set: RosterSet,
  { name, ...context }: ReadContext & RosterOptions & { readonly name: string },
): ReadRoster {
  const { problems, notes } = set
  const { register } = context
  const users = readUsers(set, context)
  // Without its people no class can be told.
  if (users === null && set.modeOf('users') !== 'absent')
    return { roster: null, problems, rows: 0, notes }
  const roleOf = (ref: string) => roleIn(ref, users, register)
  const classes = readClasses(set, { ...context, roleOf })
  const people = users && peopleOf(users, set, register)
  const leavers = new Set(refsOf(users, 'leaver'))
  return {
    roster: { ...EMPTY_ROSTER, name, people, classes, leavers },
    problems,
    rows: (people?.rows.size ?? 0) + (classes?.rows.size ?? 0),
    notes: [...notes, ...noteOfOthers(refsOf(users, 'other').length)],
  }
}

function refsOf(users: Users | null, wanted: 'leaver' | 'other'): readonly string[] {
  return [...(users?.users ?? [])].filter(([, { kind }]) => kind === wanted).map(([ref]) => ref)
}

function noteOfOthers(others: number): readonly string[] {
  return others === 0 ? [] : [`${others} users are parents, or of another school, and not taken`]
}

/** One school's people and no other's: two schools of a trust must not remove each other's. */
function schoolOf(
  set: RosterSet,
  wanted: string | null,
): { readonly org: string | null } | { readonly fault: string } {
  const table = set.read('orgs', (row) => ({
    name: row.cell('name'),
    isSchool: row.cell('type').toLowerCase() === 'school' && !isDeleted(row),
  }))
  const schools = [...(table?.rows ?? [])].filter(([, { isSchool }]) => isSchool)
  if (wanted !== null)
    return table === null || schools.some(([id]) => id === wanted)
      ? { org: wanted }
      : { fault: `there is no school \`${wanted}\`${named(schools)}` }
  // Of one school all are its people, those of the district who work there, too.
  if (schools.length < 2) return { org: null }
  return { fault: `the files hold ${schools.length} schools; say which one${named(schools)}` }
}

function named(schools: readonly (readonly [id: string, { readonly name: string }])[]): string {
  const some = schools.slice(0, 20).map(([id, { name }]) => `${id} (${name.slice(0, 60)})`)
  return some.length === 0 ? '' : `: ${some.join(', ')}`
}

function peopleOf(users: Users, set: RosterSet, register: Register): Table<Person> {
  const rows = new Map<string, Person>()
  for (const [ref, user] of users.users) if (user.kind === 'person') rows.set(ref, user.person)
  // A file without anybody is cut off, and no school that everybody has left.
  const isWhole = set.modeOf('users') === 'bulk' && !users.keysLost && rows.size > 0
  const kept = [...register.people].filter(([, { role }]) => !MANAGED.includes(role))
  const spoilt = new Set([...users.spoilt, ...kept.map(([ref]) => ref)])
  return { rows, spoilt, keysLost: !isWhole, problems: new Problems() }
}

/** Whom an information system knows. */
const MANAGED: readonly Role[] = ['pupil', 'staff']

function roleIn(
  ref: string,
  users: Users | null,
  { people }: Register,
): 'pupil' | 'adult' | null | undefined {
  const user = users?.users.get(ref)
  if (user !== undefined && user.kind !== 'person') return null
  const role = user?.person.facts.role ?? people.get(ref)?.role
  if (role === undefined) return users?.spoilt.has(ref) === true ? null : undefined
  return role === 'pupil' ? 'pupil' : 'adult'
}
