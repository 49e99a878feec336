import {
  DEVICE_STATES,
  ROLES,
  type DeviceFacts,
  type DeviceState,
  type Role,
} from '../../rules/subject.ts'
import { canonicalJson, type Json } from '../canonical-json.ts'
import { sha256 } from '../ledger/chain.ts'
import type { Approval, LedgerCommand, LedgerKind } from '../ledger/entry.ts'
import type { ClassFacts } from '../governance/permission-facts.ts'
import { commitmentOf, saltDetails, type People, type PersonRow } from '../people/people.ts'
import { keyOf } from './beside-files.ts'
import type { Table } from './csv-table.ts'
import type { Person } from './people-csv.ts'
import type { PersonFacts, Register } from './register.ts'

/** What the usable files say; null where there is no such file or it can't be used. */
export interface Wanted {
  readonly site: string
  readonly policy: Sourced<string> | null
  readonly people: Sourced<Table<Person>> | null
  readonly devices: Sourced<Table<DeviceFacts>> | null
  readonly classes: Sourced<Table<ClassFacts>> | null
  /**
   * Whoever brings the lists says that they are all there is, and answers for who leaves; else what people have
   * put beside the files stays. Devices that somebody registered are on no list of the office's and stay in either case.
   */
  readonly isAll?: boolean
}

export interface Sourced<T> {
  readonly value: T
  /** The file's name without its directory: the ledger outlives where the file was. */
  readonly name: string
}

/** What has to be appended for the register to say what the files say. */
export interface Draft {
  readonly commands: readonly LedgerCommand[]
  readonly documents: readonly string[]
  readonly people: readonly (readonly [ref: string, row: PersonRow])[]
}

const NOTHING: Draft = { commands: [], documents: [], people: [] }

/**
 * The difference between the files and the register. An empty register is founded, and only with a
 * policy: what founds a ledger needs no approval, so it must be the whole beginning.
 */
export function draftImport(wanted: Wanted, register: Register, people: People): Draft {
  const founding = register.headSeq === 0
  if (founding && wanted.policy === null) return NOTHING
  const policy = draftPolicy(wanted, register)
  const persons = draftPeople(wanted, register, people)
  const rest = [...draftDevices(wanted, register), ...draftClasses(wanted, register)]
  const commands = [...policy.commands, ...persons.commands, ...rest]
  if (!founding) return { ...NOTHING, ...policy, ...persons, commands }
  const found = command(
    { kind: 'ledger.found', objectId: wanted.site },
    'the files of the first start',
    {
      before: null,
      after: { site: wanted.site },
      affectedRoles: ROLES,
    },
  )
  return {
    ...policy,
    ...persons,
    commands: [found, ...commands].map((each) => ({ ...each, approval: FOUNDING })),
  }
}

/** The first import into an empty ledger needs no second person: there is none yet (design.md section 2). */
const FOUNDING: Approval = { needed: false, by: null, ts: null, comment: 'founds the ledger' }

function draftPolicy(
  { policy }: Wanted,
  register: Register,
): Pick<Draft, 'commands' | 'documents'> {
  // Not `NOTHING`: the drafts are laid over each other, and its empty parts would take what others hold.
  const same = { commands: [], documents: [] }
  if (policy === null) return same
  const hash = sha256(policy.value)
  if (hash === register.policy?.hash) return same
  const before = register.policy && { document: register.policy.hash, name: register.policy.name }
  const put = command({ kind: 'policy.put', objectId: 'policy' }, policy.name, {
    before,
    after: { document: hash, name: policy.name },
    affectedRoles: ROLES,
  })
  return { commands: [put], documents: [policy.value] }
}

function draftPeople(
  { people: source, isAll }: Wanted,
  register: Register,
  people: People,
): Pick<Draft, 'commands' | 'people'> {
  if (source === null) return { commands: [], people: [] }
  const { value: table, name } = source
  const commands: LedgerCommand[] = []
  const rows: [string, PersonRow][] = []
  for (const [ref, { facts, details }] of table.rows) {
    const before = register.people.get(ref)
    const row = people.find(ref)
    const kept =
      row?.name === details.name && row.email === details.email ? row : saltDetails(details)
    // The file may still name somebody whose name was erased: the facts count, the name stays gone.
    const isErased = before !== undefined && register.erased.has(ref)
    const after = { ...facts, details: isErased ? before.details : commitmentOf(kept) }
    if (before !== undefined && sameFacts(before, after)) continue
    if (!isErased) rows.push([ref, kept])
    commands.push(put('person.put', ref, name, { before, after }))
  }
  for (const [ref, before] of absentOf('person', register, { table, isAll }))
    commands.push(remove('person.remove', ref, name, before))
  return { commands, people: rows }
}

function draftDevices({ devices: source, isAll }: Wanted, register: Register): LedgerCommand[] {
  if (source === null) return []
  const { value: table, name } = source
  const commands: LedgerCommand[] = []
  for (const [id, row] of table.rows) {
    const before = register.devices.get(id)
    const after = withDeskState(row, register)
    if (before === undefined || !sameFacts(before, after))
      commands.push(put('device.put', id, name, { before, after }))
  }
  for (const [id, before] of absentOf('device', register, { table, isAll }))
    commands.push(remove('device.remove', id, name, before))
  return commands
}

/** What the files have put and name no more; what people have put beside them stays. */
function absentOf<What extends 'device' | 'person'>(
  what: What,
  register: Register,
  { table, isAll }: { readonly table: Table<unknown>; readonly isAll: boolean | undefined },
): [string, What extends 'device' ? DeviceFacts : PersonFacts][] {
  const known: ReadonlyMap<string, DeviceFacts | PersonFacts> =
    what === 'device' ? register.devices : register.people
  const { besideFiles, registrations } = register
  const stays = (id: string): boolean =>
    isAll === true ? what === 'device' && registrations.has(id) : besideFiles.has(keyOf(what, id))
  return absent(known, table).filter(([id]) => !stays(id)) as [
    string,
    What extends 'device' ? DeviceFacts : PersonFacts,
  ][]
}

/**
 * A phone that somebody has reported lost is not found because another row of the file has changed: what shuts
 * a device out was decided by a person, and only a person lifts it.
 */
function withDeskState(row: DeviceFacts, { deskStates }: Register): DeviceFacts {
  const state = deskStates.get(row.id)
  return state === undefined || !SHUT_OUT.has(state) ? row : { ...row, state }
}

const SHUT_OUT: ReadonlySet<DeviceState> = new Set(
  DEVICE_STATES.filter((state) => state !== 'approved' && state !== 'pending'),
)

function draftClasses({ classes: source }: Wanted, register: Register): LedgerCommand[] {
  if (source === null) return []
  const { value: table, name } = source
  const commands: LedgerCommand[] = []
  for (const [id, facts] of table.rows) {
    const before = register.classes.get(id)
    const after = withCover(facts, before)
    // With a bad row of its own a class is half of itself.
    if (table.spoilt.has(id) || (before !== undefined && sameFacts(before, after))) continue
    const change = { before: before === undefined ? null : { ...before }, after: { ...after } }
    const what = { kind: 'class.put', objectId: id } as const
    commands.push(command(what, name, { ...change, affectedRoles: ['pupil'] }))
  }
  for (const [id, before] of absent(register.classes, table)) {
    const change = { before: { ...before }, after: null, affectedRoles: ['pupil' as const] }
    commands.push(command({ kind: 'class.remove', objectId: id }, name, change))
  }
  return commands
}

/** A file of classes says nothing of who stands in for whom; that has a list of its own. */
function withCover(facts: ClassFacts, before: ClassFacts | undefined): ClassFacts {
  const cover = facts.cover ?? before?.cover
  const sourcedId = facts.sourcedId ?? before?.sourcedId
  return {
    ...facts,
    ...(cover === undefined ? {} : { cover }),
    ...(sourcedId === undefined ? {} : { sourcedId }),
  }
}

/** What the register has and the file does not; nothing while a row's key can't be read, for it may be that one. */
function absent<T>(known: ReadonlyMap<string, T>, table: Table<unknown>): [string, T][] {
  if (table.keysLost) return []
  return [...known].filter(([key]) => !table.rows.has(key) && !table.spoilt.has(key))
}

type Facts = DeviceFacts | PersonFacts

function put(
  kind: LedgerKind,
  objectId: string,
  source: string,
  { before, after }: { readonly before: Facts | undefined; readonly after: Facts },
): LedgerCommand {
  const affectedRoles = before === undefined ? [after.role] : rolesOf(before.role, after.role)
  return command({ kind, objectId }, source, {
    before: before === undefined ? null : { ...before },
    after: { ...after },
    affectedRoles,
  })
}

function remove(kind: LedgerKind, objectId: string, source: string, before: Facts): LedgerCommand {
  return command({ kind, objectId }, source, {
    before: { ...before },
    after: null,
    affectedRoles: [before.role],
  })
}

function command(
  what: Pick<LedgerCommand, 'kind' | 'objectId'>,
  source: string,
  change: Pick<LedgerCommand, 'before' | 'after' | 'affectedRoles'>,
): LedgerCommand {
  // A file says what should be, not whether that is more or less than before: `neutral` until the
  // engine compares the two, and no approval because nobody has been asked.
  return {
    ...what,
    ...change,
    direction: 'neutral',
    reason: `imported from ${source}`,
    approval: null,
  }
}

function rolesOf(one: Role, other: Role): Role[] {
  return one === other ? [one] : [one, other]
}

function sameFacts(one: Facts | ClassFacts, other: Facts | ClassFacts): boolean {
  return canonicalJson(json(one)) === canonicalJson(json(other))
}

/** The spread gives an interface the index signature of `Json`. */
function json(facts: Facts | ClassFacts): Json {
  return { ...facts }
}
