import type { ClassFacts } from '../../governance/permission-facts.ts'
import { CellReader } from '../../register/cell-readers.ts'
import { Problems, type Table, type TableRow } from '../../register/csv-table.ts'
import type { Register } from '../../register/register.ts'
import type { RosterSet } from './roster-files.ts'
import { isDeleted, isToday } from './read-users.ts'

export interface ClassContext {
  readonly register: Register
  /** Who a class may have, with whether he is a pupil; null: somebody else's, and passed over. */
  readonly roleOf: (ref: string) => 'pupil' | 'adult' | null | undefined
  readonly org: string | null
  readonly today: string
}

/**
 * The classes of classes.csv with who is in them by enrollments.csv; null where there is neither. A class is
 * called by its code where that is a name of ours, for teachers know it by that, else by its `sourcedId`.
 */
export function readClasses(set: RosterSet, context: ClassContext): Table<ClassFacts> | null {
  const listed = readListed(set, context)
  const seats = readSeats(set, context)
  if (listed === null && seats === null) return null
  const sources = { set, listed, seats, known: knownClasses(context.register) }
  const rows = new Map<string, ClassFacts>()
  for (const sourcedId of idsOf(sources)) {
    const one = classOf(sourcedId, sources)
    if (one !== null) rows.set(one.id, one.facts)
  }
  const kept = [...context.register.classes].filter(([, facts]) => isKept(facts, sources))
  const isWhole = set.modeOf('classes') === 'bulk' && listed?.keysLost === false
  const spoilt = new Set(kept.map(([id]) => id))
  return { rows, spoilt, keysLost: !isWhole, problems: new Problems() }
}

interface Sources {
  readonly set: RosterSet
  readonly listed: Listed | null
  readonly seats: Seats | null
  readonly known: ReturnType<typeof knownClasses>
}

function idsOf({ listed, seats }: Sources): ReadonlySet<string> {
  return new Set([...(listed?.rows.keys() ?? []), ...(seats?.classes ?? [])])
}

/** Null for a class that is over, or that is in no file and not in the register; its row said so. */
function classOf(
  sourcedId: string,
  sources: Sources,
): { readonly id: string; readonly facts: ClassFacts } | null {
  const before = sources.known.get(sourcedId)
  const now = sources.listed?.rows.get(sourcedId)
  if (now === 'over') return null
  const id = before?.id ?? now?.id
  if (id === undefined) return null
  const old = before?.facts.meetings ?? []
  const meetings = now === undefined || now.meetings.length === 0 ? old : now.meetings
  return { id, facts: { ...membersOf(sourcedId, before?.facts, sources), meetings, sourcedId } }
}

/** A class that these files say nothing of: kept by hand, or one whose row can't be read. */
function isKept({ sourcedId }: ClassFacts, { listed, seats, set }: Sources): boolean {
  if (sourcedId === undefined) return true
  if (listed?.spoilt.has(sourcedId) === true) return true
  return seats?.spoilt.has(sourcedId) === true && set.modeOf('classes') === 'bulk'
}

function knownClasses({ classes }: Register) {
  const known = new Map<string, { readonly id: string; readonly facts: ClassFacts }>()
  for (const [id, facts] of classes)
    if (facts.sourcedId !== undefined) known.set(facts.sourcedId, { id, facts })
  return known
}

interface ListedClass {
  readonly id: string
  readonly meetings: ClassFacts['meetings']
}

type Listed = Table<ListedClass | 'over'>

function readListed(set: RosterSet, { org, today, register }: ClassContext): Listed | null {
  const terms = readTerms(set, today)
  const taken = new Map<string, string>()
  for (const [id, { sourcedId = '' }] of register.classes) taken.set(id, sourcedId)
  return set.read('classes', (row, report): ListedClass | 'over' => {
    const cells = new CellReader(row, report)
    const sourcedId = cells.reference('sourcedid')
    if (isDeleted(row) || (org !== null && row.cell('schoolsourcedid') !== org)) return 'over'
    const ends = wordsOf(row.cell('termsourcedids')).map((term) => terms.get(term))
    if (ends.length > 0 && ends.every((end) => end === 'over')) return 'over'
    const code = row.cell('classcode')
    const isFree = (taken.get(code) ?? sourcedId) === sourcedId
    const id = CLASS_NAME.test(code) && isFree ? code : sourcedId
    taken.set(id, sourcedId)
    return { id, meetings: meetingsOf(cells) }
  })
}

/** As `readClassesCsv` takes them. */
const CLASS_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/

/** Sessions that are over, by their ids. */
function readTerms(set: RosterSet, today: string): ReadonlyMap<string, 'over' | 'open'> {
  const table = set.read('academicsessions', (row, report): 'over' | 'open' => {
    const cells = new CellReader(row, report)
    cells.day('startdate')
    return isDeleted(row) || cells.day('enddate') < today ? 'over' : 'open'
  })
  return table?.rows ?? new Map<string, 'over' | 'open'>()
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const MAX_MEETINGS = 50

/**
 * OneRoster's `periods` are words of the school's own. Those that name a day and a period (`Mon:3`) are
 * meetings; others say nothing, and the timetable comes from a list of classes.
 */
function meetingsOf(cells: CellReader): ClassFacts['meetings'] {
  const room = cells.optional('location', () => cells.plain('location', 60))
  const meetings = wordsOf(cells.text('periods')).flatMap((word) => {
    const [, name = '', period = ''] =
      /^([A-Za-z]{3})[a-z]*[:\s-]+([A-Za-z0-9]{1,16})$/.exec(word) ?? []
    const day = name.toLowerCase()
    return DAYS.includes(day) ? [{ day, period, room }] : []
  })
  return meetings.slice(0, MAX_MEETINGS)
}

function wordsOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

interface Seats {
  /** By class. */
  readonly joins: ReadonlyMap<string, readonly Seat[]>
  readonly leaves: ReadonlyMap<string, ReadonlySet<string>>
  readonly classes: ReadonlySet<string>
  /** Classes with a row that can't be read: half their pupils would be none of it. */
  readonly spoilt: ReadonlySet<string>
}

interface Seat {
  readonly group: string
  readonly ref: string
  readonly as: 'pupils' | 'teachers' | null
  readonly isGone: boolean
}

function readSeats(set: RosterSet, context: ClassContext): Seats | null {
  const spoilt = new Set<string>()
  const table = set.read('enrollments', (row, report): Seat => {
    const refuse = (problem: Parameters<typeof report>[0]): void => {
      spoilt.add(row.cell('classsourcedid'))
      report(problem)
    }
    return readSeat(row, new CellReader(row, refuse), context)
  })
  if (table === null) return null
  // Who leaves the school leaves his classes, whatever he was in them.
  const seats = [...table.rows.values()].filter(({ as, isGone }) => as !== null || isGone)
  const gone = Map.groupBy(
    seats.filter(({ isGone }) => isGone),
    ({ group }) => group,
  )
  const joins = Map.groupBy(
    seats.filter(({ isGone }) => !isGone),
    ({ group }) => group,
  )
  return {
    joins,
    leaves: new Map([...gone].map(([id, some]) => [id, new Set(some.map(({ ref }) => ref))])),
    classes: new Set(seats.map(({ group }) => group)),
    spoilt,
  }
}

function readSeat(row: TableRow, cells: CellReader, { roleOf, org, today }: ClassContext): Seat {
  const [group, ref] = [cells.reference('classsourcedid'), cells.reference('usersourcedid')]
  const seat = { group, ref, isGone: isDeleted(row) || !isToday(row, today) }
  const isOther = org !== null && !['', org].includes(row.cell('schoolsourcedid'))
  const role = isOther ? null : roleOf(ref)
  if (role === undefined && !seat.isGone)
    cells.refuse('usersourcedid', `\`${ref}\` is in no users.csv and not in the register`)
  const word = row.cell('role').toLowerCase()
  // Aides and administrators of a class open no sites for it.
  if (word === 'student' && role !== null) return { ...seat, as: 'pupils' }
  return { ...seat, as: word === 'teacher' && role === 'adult' ? 'teachers' : null }
}

/** With a bulk file the seats are all there are, with a delta they change those of before. */
function membersOf(
  sourcedId: string,
  before: ClassFacts | undefined,
  { seats, set }: Sources,
): Pick<ClassFacts, 'teachers' | 'pupils'> {
  const old = { teachers: before?.teachers ?? [], pupils: before?.pupils ?? [] }
  if (seats === null || seats.spoilt.has(sourcedId)) return old
  const base = set.modeOf('enrollments') === 'bulk' ? { teachers: [], pupils: [] } : old
  const gone = seats.leaves.get(sourcedId) ?? new Set<string>()
  const joins = seats.joins.get(sourcedId) ?? []
  const all = (as: 'teachers' | 'pupils'): string[] => {
    const joined = joins.filter((seat) => seat.as === as).map(({ ref }) => ref)
    const stay = base[as].filter((ref) => !gone.has(ref))
    return [...new Set([...stay, ...joined])].sort()
  }
  return { teachers: all('teachers'), pupils: all('pupils') }
}
