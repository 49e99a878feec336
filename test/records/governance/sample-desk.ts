import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { ChangeDesk, type Outcome } from '../../../records/governance/change-desk.ts'
import type { Cover, Duty, Holder } from '../../../records/governance/governance-state.ts'
import type { DirectionOf, Edit, Judgement } from '../../../records/governance/judge-edit.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import type { LedgerCommand } from '../../../records/ledger/entry.ts'
import { localWriter, type LedgerWriter } from '../../../records/ledger/ledger-writer.ts'
import { LEDGER_SCHEMA } from '../../../records/ledger/ledger-schema.ts'
import { Ledger, openLedger } from '../../../records/ledger/ledger.ts'
import { RegisterView } from '../../../records/register/register-view.ts'
import { openDatabase } from '../../../records/sqlite/open-database.ts'
import type { DeviceFacts, Role } from '../../../rules/subject.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { PHONE } from '../ledger/sample-ledger.ts'

export const SITE = 'ex'
/** A Tuesday at ten. */
export const AT = Date.parse('2026-11-24T10:00:00.000Z')
export const MINUTE = 60_000
export const REASON = 'because the test asks for it'

export const POLICY = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'examples', 'policy.yaml'),
  'utf8',
)

/** The example policy with a school's name that says in what direction it goes; see `DIRECTION_OF`. */
export function policyNamed(name: string): string {
  return POLICY.replace('Example All-Through School', name)
}

/** One person for each duty. */
export const ON_DUTY: Readonly<Record<string, Holder>> = {
  nm: holder(['network_manager']),
  dsl: holder(['dsl']),
  deputy: holder(['deputy_dsl']),
  head: holder(['head']),
  slt: holder(['slt']),
  it: holder(['it']),
  reception: holder(['reception']),
  teacher: holder(['teacher']),
  governor: holder(['governor']),
}

/** Directions without an engine: what a device's state and a policy's name say. */
export const DIRECTION_OF: DirectionOf = {
  policy: (_before, { school: { name } }) => {
    if (name.startsWith('strict')) return judgement('tighten', ['pupil'])
    if (name.startsWith('loose for staff')) return judgement('loosen', ['staff'])
    return name.startsWith('loose') ? judgement('loosen', ['pupil']) : judgement('neutral', [])
  },
  device: (before, after) => {
    const role = (after ?? before)?.role ?? 'pupil'
    if (after === null || after.state === 'lost') return judgement('tighten', [role])
    if (before?.state === after.state) return judgement('neutral', [role])
    return judgement(after.state === 'approved' ? 'loosen' : 'tighten', [role])
  },
}

export function judgement(
  direction: Judgement['direction'],
  affectedRoles: readonly Role[],
): Judgement {
  const loosensPupils = direction === 'loosen' && affectedRoles.includes('pupil')
  return { direction, affectedRoles, loosensPupils }
}

export function holder(duties: readonly Duty[], more: Partial<Holder> = {}): Holder {
  const roles = duties.map((role) => ({ role, from: null, to: null }))
  return { roles, wfm: duties.includes('network_manager'), disabled: false, absent: [], ...more }
}

export function device(id: string, role: Role, state: DeviceFacts['state']): DeviceFacts {
  return { ...PHONE, id, role, state, personRef: role === 'pupil' ? 'p-pupil' : 'p-staff' }
}

function founding(kind: LedgerCommand['kind'], objectId: string, after: object): LedgerCommand {
  const what = { kind, objectId, before: null, after: { ...after } as LedgerCommand['after'] }
  return { ...what, direction: 'neutral', affectedRoles: [], reason: REASON, approval: null }
}

export interface SampleDesk {
  readonly directory: string
  readonly ledger: Ledger
  readonly view: RegisterView
  readonly desk: ChangeDesk
  /** Submits edits from the newest state; ten o'clock unless told. */
  readonly submit: (edits: readonly Edit[], actor: string, at?: number) => Promise<Outcome>
  readonly submitPolicy: (name: string, actor: string, at?: number) => Promise<Outcome>
}

/** A founded school with its staff on duty, a pupil's phone `pupil-phone` and a teacher's `staff-phone`. */
export function sampleDesk(
  staff: Readonly<Record<string, Holder>> = ON_DUTY,
  directionOf: DirectionOf = DIRECTION_OF,
  directory: string = tempDirectory(),
): SampleDesk {
  const ledger = openLedger(directory, { site: SITE })
  onTestFinished(() => {
    ledger.close()
  })
  foundSchool(ledger, staff)
  return { directory, ...deskOn(ledger, directionOf) }
}

/** The same without a file, for properties: hundreds of schools, closed by who made them. */
export function memoryDesk(staff: Readonly<Record<string, Holder>>): Omit<SampleDesk, 'directory'> {
  const ledger = new Ledger(openDatabase(':memory:', LEDGER_SCHEMA))
  foundSchool(ledger, staff)
  return deskOn(ledger)
}

function foundSchool(ledger: Ledger, staff: Readonly<Record<string, Holder>>): void {
  const person = (role: Role) => ({ role, phase: null, year: null, details: 'c0ffee' })
  const commands = [
    founding('ledger.found', SITE, { site: SITE }),
    founding('policy.put', 'policy', { document: sha256(POLICY), name: 'policy.yaml' }),
    founding('person.put', 'p-pupil', person('pupil')),
    founding('person.put', 'p-staff', person('staff')),
    founding('device.put', 'pupil-phone', device('pupil-phone', 'pupil', 'suspended')),
    founding('device.put', 'staff-phone', device('staff-phone', 'staff', 'suspended')),
    ...Object.entries(staff).map(([ref, facts]) => founding('role.put', ref, facts)),
  ]
  ledger.append(commands, {
    ...{ site: SITE, actor: 'file', actorRole: 'file', at: AT - 60 * MINUTE, basedOn: 0 },
    documents: [POLICY],
  })
}

/** Another desk on the same or another connection, as a second gate or the dashboard has one. */
export function deskOn(
  ledger: Ledger,
  directionOf: DirectionOf = DIRECTION_OF,
  writer: LedgerWriter = localWriter(ledger),
): Omit<SampleDesk, 'directory'> {
  const view = new RegisterView(ledger)
  const desk = new ChangeDesk({ site: SITE, ledger, writer, view, directionOf })
  const based = () => ({ basedOn: view.current().headSeq, reason: REASON })
  return {
    ledger,
    view,
    desk,
    submit: (edits, actor, at = AT) => desk.submit({ ...based(), edits }, actor, at),
    submitPolicy: (name, actor, at = AT) => {
      const text = policyNamed(name)
      const edits = [policyEdit(text)]
      return desk.submit({ ...based(), edits, documents: [text] }, actor, at)
    },
  }
}

export function policyEdit(text: string): Edit {
  const after = { document: sha256(text), name: 'policy.yaml' }
  return { kind: 'policy.put', objectId: 'policy', after }
}

export function deviceEdit(facts: DeviceFacts): Edit {
  return { kind: 'device.put', objectId: facts.id, after: { ...facts } }
}

export function roleEdit(person: string, facts: Holder): Edit {
  return { kind: 'role.put', objectId: person, after: { ...facts } }
}

export function coverEdit(cover: Cover): Edit {
  return { kind: 'cover.put', objectId: `${cover.duty}-${cover.from}`, after: { ...cover } }
}

export const UNLOCK_PUPIL = deviceEdit(device('pupil-phone', 'pupil', 'approved'))
export const UNLOCK_STAFF = deviceEdit(device('staff-phone', 'staff', 'approved'))
export const LOSE_PUPIL = deviceEdit(device('pupil-phone', 'pupil', 'lost'))

/** The id of what waits; fails the test when nothing does. */
export async function waiting(submitted: Promise<Outcome>): Promise<string> {
  const outcome = await submitted
  if (outcome.kind !== 'waiting') throw new Error(`not waiting: ${JSON.stringify(outcome)}`)
  return outcome.proposal
}
