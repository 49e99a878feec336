import type { Role } from '../../rules/subject.ts'
import { Problems } from '../register/csv-table.ts'
import type { Person } from '../register/people-csv.ts'
import type { ReadContext, ReadRoster } from './read-list.ts'
import { EMPTY_ROSTER } from './roster.ts'
import { phaseOf, yearOf, type PhaseOfYears } from './school-years.ts'

/** One account of a directory, in its own words; what it does not say is null. */
export interface DirectoryEntry {
  /** Where it lies, for messages: it names people, so it goes no further. */
  readonly dn: string
  /** The directory's own number of it (RFC 4530 `entryUUID`, `objectGUID`); no name. */
  readonly id: string | null
  readonly name: string | null
  readonly email: string | null
  /** As a person wrote it: `Year 9`. */
  readonly year: string | null
  readonly isDisabled: boolean
}

export interface DirectoryOptions {
  readonly name: string
  /** Whose entries lie where: the longest ending of a DN that fits says the role. */
  readonly roles: readonly { readonly role: Role; readonly under: string }[]
  readonly phases: readonly PhaseOfYears[] | null
}

const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/

/**
 * The accounts of a directory as a roster. Who has an address that the register knows is that person, whatever
 * his number; a disabled account is a leaver, if he is known.
 */
export function readDirectory(
  entries: readonly DirectoryEntry[],
  options: DirectoryOptions,
  context: ReadContext,
): ReadRoster {
  const gathered = gather(entries, options, context)
  const { rows, leavers, spoilt, problems, others } = gathered
  for (const [ref, { role }] of context.register.people)
    if (!options.roles.some((one) => one.role === role)) spoilt.add(ref)
  // A search that found nobody went wrong, and no school is empty.
  const keysLost = !context.whole || problems.count > 0 || rows.size === 0
  const people = { rows, spoilt, keysLost, problems }
  const notes = others === 0 ? [] : [`${others} entries lie under none of the given places`]
  const roster = { ...EMPTY_ROSTER, name: options.name, people, leavers }
  return { roster, problems, rows: rows.size, notes }
}

function gather(
  entries: readonly DirectoryEntry[],
  options: DirectoryOptions,
  context: ReadContext,
) {
  const found = {
    ...{ rows: new Map<string, Person>(), leavers: new Set<string>(), spoilt: new Set<string>() },
    ...{ problems: new Problems(MAX_PROBLEMS), others: 0 },
  }
  const owners = new Map(context.emails.map(([email, ref]) => [email.toLowerCase(), ref]))
  for (const [index, entry] of entries.entries()) {
    const ref = owners.get(entry.email?.toLowerCase() ?? '') ?? entry.id
    const role = roleOf(entry.dn, options)
    if (role === null) {
      found.others += 1
      continue
    }
    const message = faultOf(entry, ref, found.rows)
    if (message !== null)
      found.problems.add({ file: options.name, line: index + 1, col: 1, path: '', message })
    if (ref === null) continue
    if (message !== null) found.spoilt.add(ref)
    else if (entry.isDisabled) found.leavers.add(ref)
    else found.rows.set(ref, personOf(entry, role, { options, context }))
  }
  return found
}

const MAX_PROBLEMS = 10_000

function roleOf(dn: string, { roles }: DirectoryOptions): Role | null {
  const place = normal(dn)
  const fits = roles
    .map(({ role, under }) => ({ role, ending: normal(under) }))
    .filter(({ ending }) => place === ending || place.endsWith(`,${ending}`))
    .toSorted((a, b) => b.ending.length - a.ending.length)
  return fits[0]?.role ?? null
}

/** Attribute names and blanks around commas mean nothing in a DN (RFC 4514). */
function normal(dn: string): string {
  return dn.toLowerCase().replaceAll(/\s*([,=])\s*/g, '$1')
}

function faultOf(
  { dn, name, email }: DirectoryEntry,
  ref: string | null,
  rows: ReadonlyMap<string, Person>,
): string | null {
  const place = `\`${dn.slice(0, 100)}\``
  if (ref === null) return `${place} has no number of its own`
  if (!REFERENCE.test(ref)) return `${place}: its number is no reference of ours`
  if (rows.has(ref)) return `${place} has the address or number of another entry`
  if (name === null || name.trim() === '' || name.length > 200) return `${place} has no usable name`
  if (email !== null && !/^[^\s@]{1,100}@[^\s@]{1,150}$/.test(email))
    return `${place}: its address is none`
  return null
}

function personOf(
  { name, email, year: text }: DirectoryEntry,
  role: Role,
  { options, context }: { readonly options: DirectoryOptions; readonly context: ReadContext },
): Person {
  const year = role === 'pupil' ? yearOf(text ?? '') : null
  const phase = role === 'pupil' ? phaseOf(year, options.phases, context.register) : null
  const details = { name: (name ?? '').trim().toWellFormed(), email }
  return { facts: { role, phase, year }, details }
}
