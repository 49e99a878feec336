import type { DeviceFacts, DeviceState, Role } from '../../rules/subject.ts'
import type { Edit } from '../governance/judge-edit.ts'
import type { EditKind } from '../governance/permissions.ts'
import type { PeopleRows } from '../ledger/ledger-writer.ts'
import type { People } from '../people/people.ts'
import { draftImport } from '../register/draft-import.ts'
import type { PersonFacts, Register } from '../register/register.ts'
import type { Roster } from './roster.ts'

/** What would have to change for the register to say what a roster says. */
export interface ImportPlan {
  readonly edits: readonly Edit[]
  /** Names that go with `person.put`. */
  readonly people: PeopleRows
  /** Who leaves and still has duties: those are the head's to take away. */
  readonly leaversOnDuty: readonly string[]
  /** How many people, devices and classes it takes away. */
  readonly removes: number
  /** Why it is taken for a mistake, unless somebody says the number of `removes`; null: it is not. */
  readonly guard: string | null
}

/** The difference between a roster and the register, with what follows for the devices of whom it changes. */
export function planImport(roster: Roster, register: Register, people: People): ImportPlan {
  const { name } = roster
  const sourced = <T>(value: T | null) => (value === null ? null : { value, name })
  const wanted = {
    ...{ site: '', policy: null, isAll: true, people: sourced(roster.people) },
    ...{ devices: sourced(roster.devices), classes: sourced(roster.classes) },
  }
  const draft = draftImport(wanted, register, people)
  // Of an import that founds nothing and brings no policy the desk takes every kind.
  const drafted = draft.commands.map(({ kind, objectId, after }) => {
    return { kind: kind as EditKind, objectId, after }
  })
  const edits = [...drafted, ...leaving(roster, drafted, register)]
  const all = [...edits, ...followingDevices(edits, register)]
  const left = edits.filter(({ kind }) => kind === 'person.remove').map(({ objectId }) => objectId)
  return {
    edits: all,
    people: draft.people,
    leaversOnDuty: left.filter((ref) => register.holders.has(ref)),
    removes: all.filter(isRemoval).length,
    guard: guardOf(all, register),
  }
}

function leaving({ leavers }: Roster, drafted: readonly Edit[], register: Register): Edit[] {
  const gone = new Set(
    drafted.filter(({ kind }) => kind === 'person.remove').map(({ objectId }) => objectId),
  )
  return [...leavers]
    .filter((ref) => register.people.has(ref) && !gone.has(ref))
    .map((objectId) => ({ kind: 'person.remove', objectId, after: null }))
}

/** A device goes by its own row: who moves up a year or leaves would else keep last year's rules, or any at all. */
function followingDevices(edits: readonly Edit[], register: Register): Edit[] {
  const said = new Set(
    edits.filter(({ kind }) => kind.startsWith('device.')).map(({ objectId }) => objectId),
  )
  const owned = Map.groupBy(register.devices.values(), ({ personRef }) => personRef)
  return edits.flatMap((edit) => {
    if (edit.kind !== 'person.put' && edit.kind !== 'person.remove') return []
    const devices = (owned.get(edit.objectId) ?? []).filter(({ id }) => !said.has(id))
    const before = register.people.get(edit.objectId)
    return devices.flatMap((device) => {
      const after = followed(device, before, edit.after as unknown as PersonFacts | null)
      return after === null
        ? []
        : [{ kind: 'device.put' as const, objectId: device.id, after: { ...after } }]
    })
  })
}

/** States in which a device of somebody who leaves is out of use already. */
const OUT_OF_USE: readonly DeviceState[] = [
  ...(['lost', 'confiscated', 'recalled', 'revoked', 'disposed'] as const),
]

function followed(
  device: DeviceFacts,
  before: PersonFacts | undefined,
  after: PersonFacts | null,
): DeviceFacts | null {
  if (after === null) {
    if (OUT_OF_USE.includes(device.state)) return null
    // "Staff and students who leave the Trust must …" (A060); the school's own come back.
    return { ...device, state: device.ownership === 'school' ? 'recalled' : 'revoked' }
  }
  if (before === undefined || isSamePlace(before, after)) return null
  const { role, year } = after
  const phase = role === 'pupil' ? (after.phase ?? device.phase) : null
  return isSamePlace(device, { role, phase, year }) ? null : { ...device, role, phase, year }
}

type Place = Pick<PersonFacts, 'role' | 'phase' | 'year'>

function isSamePlace(one: Place, other: Place): boolean {
  return one.role === other.role && one.phase === other.phase && one.year === other.year
}

function isRemoval({ kind }: Edit): boolean {
  return kind === 'person.remove' || kind === 'device.remove' || kind === 'class.remove'
}

/** A tenth of a year's pupils leave in summer, not on a Tuesday; an export that was cut off looks just so. */
const MOST_SHARE = 0.1
/** A class of a small school may go without a question. */
const FEW = 5

function guardOf(edits: readonly Edit[], register: Register): string | null {
  const roleOf = (ref: string): Role | undefined => register.people.get(ref)?.role
  const refs = (kind: EditKind): readonly string[] =>
    edits.filter((edit) => edit.kind === kind).map(({ objectId }) => objectId)
  const gone = refs('person.remove')
  const [pupilsGone, pupils] = [gone, [...register.people.keys()]].map(
    (some) => some.filter((ref) => roleOf(ref) === 'pupil').length,
  ) as [number, number]
  const counts: readonly (readonly [what: string, gone: number, all: number])[] = [
    ['pupils', pupilsGone, pupils],
    ['people', gone.length, register.people.size],
    ['devices', refs('device.remove').length, register.devices.size],
    ['classes', refs('class.remove').length, register.classes.size],
  ]
  const found = counts.find(([, lost, all]) => lost > FEW && lost > all * MOST_SHARE)
  if (found === undefined) return null
  const [what, lost, all] = found
  const percent = Math.round((lost / all) * 100)
  return `it would take away ${lost} of ${all} ${what} (${percent} %), and more than ${MOST_SHARE * 100} % is taken for a mistake`
}
