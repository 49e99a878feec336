import type { DeviceFacts } from '../../rules/subject.ts'
import type { OccasionKind } from '../../rules/permissions/occasions.ts'
import type { Json } from '../canonical-json.ts'
import type { Direction, LedgerKind } from '../ledger/entry.ts'
import type { Duty, HoldFacts } from './governance-state.ts'
import type { OccasionFacts } from './occasion-facts.ts'
import type { Standing } from './standing.ts'

/** What the desk takes; the ledger's other kinds are made by the desk itself. */
export const EDIT_KINDS = [
  ...(['policy.put', 'person.put', 'person.remove', 'person.erase'] as const),
  ...(['device.put', 'device.remove'] as const),
  ...(['role.put', 'role.remove', 'cover.put', 'grant.put', 'grant.revoke'] as const),
  ...(['voucher.put', 'voucher.revoke', 'emergency.block', 'emergency.lift'] as const),
  ...(['registration.invite', 'registration.withdraw', 'agreement.sign'] as const),
  ...(['site_emergency.put', 'site_emergency.end', 'unmask.put'] as const),
  ...([
    'topic.put',
    'topic.end',
    'agent.invite',
    'agent.revoke',
    'doh_token.issue',
    'doh_token.revoke',
    'list.put',
    'hold.put',
    'hold.release',
    'sanction.lift',
  ] as const),
  ...(['class.put', 'class.remove', 'pack.put', 'pack.remove', 'lesson.put'] as const),
  ...(['lesson.end', 'site.put', 'site.remove'] as const),
  ...(['correction.put', 'correction.remove', 'occasion.put', 'occasion.end'] as const),
] as const satisfies readonly LedgerKind[]
export type EditKind = (typeof EDIT_KINDS)[number]

const SAFEGUARDING = ['dsl', 'deputy_dsl'] as const
const LEADERS = ['head', 'slt'] as const
/** "Temporary block of a site", "device: lost/quarantine/revoke" (requirements.md section 5). */
const WATCHFUL: readonly Duty[] = ['network_manager', ...SAFEGUARDING, ...LEADERS, 'it']

/** "Start SLT-approved class activity / lesson pack": a teacher for his own class. */
const TEACHING: readonly Duty[] = ['teacher', ...SAFEGUARDING, ...LEADERS, 'network_manager']

/** Filtering itself: of network managers only those with filtering status touch it (002:594). */
const FILTERING: ReadonlySet<string> = new Set(['policy', 'pack', 'site', 'correction', 'list'])

/** "Exam sessions and candidate lists" are the exams officer's, in the office; trying it out is technical, too. */
const EXAMS: readonly Duty[] = [...LEADERS, 'reception', 'exams_officer']
const GROUPS: readonly Duty[] = ['network_manager', ...SAFEGUARDING, ...LEADERS]
const OCCASIONS: Readonly<Record<OccasionKind, readonly Duty[]>> = {
  exam_room: EXAMS,
  extra_time: EXAMS,
  exam_rehearsal: [...EXAMS, 'network_manager', 'it'],
  exam_release: EXAMS,
  transition_day: GROUPS,
  group: GROUPS,
}
/** Whoever may do one of them; which one is another question. */
const OCCASIONAL: readonly Duty[] = ['network_manager', ...SAFEGUARDING, ...EXAMS, 'it']

type Rule = readonly Duty[] | Readonly<Record<Direction, readonly Duty[]>>

/** Requirements.md section 5 for these acts: who may submit one. Whether it then waits is another question. */
const MAY_SUBMIT: Readonly<Record<EditKind, Rule>> = {
  'policy.put': {
    tighten: ['network_manager', ...SAFEGUARDING],
    loosen: ['network_manager'],
    neutral: ['network_manager'],
  },
  'device.put': {
    tighten: WATCHFUL,
    loosen: ['network_manager', 'it'],
    neutral: ['network_manager', 'it'],
  },
  'device.remove': ['network_manager', 'it'],
  'person.put': ['network_manager', 'it'],
  'person.remove': ['network_manager', 'it'],
  /** "SAR pack, retention settings". */
  'person.erase': [...LEADERS, 'dpo'],
  'role.put': ['head'],
  'role.remove': ['head'],
  'cover.put': ['head', 'dsl'],
  'grant.put': ['network_manager', ...SAFEGUARDING, ...LEADERS, 'reception', 'teacher', 'it'],
  'grant.revoke': [...SAFEGUARDING, ...LEADERS],
  'voucher.put': [...LEADERS, 'reception'],
  'voucher.revoke': [...LEADERS, 'reception'],
  /** "Device registration": whoever knows the person gives the code; the device may still wait for a technician. */
  'registration.invite': ['network_manager', 'it', ...LEADERS, 'reception'],
  'registration.withdraw': ['network_manager', 'it', ...LEADERS, 'reception'],
  'agreement.sign': ['network_manager', 'it', ...LEADERS, 'reception'],
  'class.put': ['network_manager', 'it'],
  'class.remove': ['network_manager', 'it'],
  'pack.put': ['network_manager', ...SAFEGUARDING, ...LEADERS, 'teacher'],
  'pack.remove': ['network_manager', ...SAFEGUARDING, ...LEADERS],
  'lesson.put': TEACHING,
  'lesson.end': TEACHING,
  'site.put': {
    tighten: WATCHFUL,
    loosen: ['network_manager', ...SAFEGUARDING],
    neutral: ['network_manager'],
  },
  'site.remove': {
    tighten: WATCHFUL,
    loosen: ['network_manager', ...SAFEGUARDING],
    neutral: ['network_manager'],
  },
  'correction.put': ['network_manager', ...SAFEGUARDING],
  'correction.remove': ['network_manager', ...SAFEGUARDING],
  'occasion.put': OCCASIONAL,
  'occasion.end': OCCASIONAL,
  'emergency.block': WATCHFUL,
  'emergency.lift': ['network_manager', ...SAFEGUARDING],
  'site_emergency.put': ['network_manager', ...SAFEGUARDING, ...LEADERS, 'reception'],
  'site_emergency.end': ['network_manager', ...SAFEGUARDING, ...LEADERS, 'reception'],
  'unmask.put': ['network_manager'],
  /** "Evidence export / legal hold"; whoever may open an incident holds what it stands on. */
  'hold.put': ['network_manager', ...SAFEGUARDING, ...LEADERS, 'reception', 'teacher', 'it'],
  'hold.release': [...SAFEGUARDING, 'head'],
  'sanction.lift': [...SAFEGUARDING, ...LEADERS],
  'agent.invite': ['network_manager', 'it'],
  'agent.revoke': ['network_manager', 'it'],
  'doh_token.issue': ['network_manager', 'it'],
  'doh_token.revoke': ['network_manager', 'it'],
  'topic.put': ['teacher', ...SAFEGUARDING, ...LEADERS],
  'topic.end': ['teacher', ...SAFEGUARDING, ...LEADERS],
  'list.put': ['network_manager', ...SAFEGUARDING],
}

/** "SAR pack" (requirements.md section 5): who may have all that is kept of somebody. */
export const MAY_EXPORT_PERSON: ReadonlySet<string> = new Set([...LEADERS, 'dpo'])

export const MAY_REVIEW: readonly Duty[] = [...SAFEGUARDING, ...LEADERS]

/** An edit with what it would change, as far as permissions ask. */
export interface Act {
  readonly kind: EditKind
  readonly before: Json
  readonly after: Json
  readonly direction: Direction
}

/** The duty in which a person may submit the edit; undefined when he may not. */
export function dutyFor(act: Act, actor: string, standing: Standing): Duty | undefined {
  const rule = MAY_SUBMIT[act.kind]
  const allowed: readonly Duty[] = 'tighten' in rule ? rule[act.direction] : rule
  const duty = standing.duties.find(
    (each) =>
      allowed.includes(each) &&
      mayAs(each, act, standing.wfm) &&
      isHis(each, act, actor) &&
      mayHold(each, act) &&
      mayRun(each, act),
  )
  if (duty !== undefined) return duty
  if (registersVisitor(act)) return standing.duties.find((each) => WELCOMING.includes(each))
  const state = onlyStateOf(act)
  // Reception takes any lost phone out of use, everybody with an account his own.
  const owner = (act.before as { personRef?: unknown } | null)?.personRef
  if (state === 'lost' && owner === actor) return standing.duties[0]
  const holders = CUSTODY[state ?? ''] ?? []
  return standing.duties.find((each) => holders.includes(each))
}

/** "Confiscation/hand-in register" and "lost only" (requirements.md section 5): nothing but the state of a device. */
const CUSTODY: Readonly<Record<string, readonly Duty[]>> = {
  lost: ['reception'],
  confiscated: ['reception', 'teacher'],
  /** Handing back; a pupil's waits for the safeguarding lead as everything that opens. */
  returned: ['reception'],
}

/** "Visitor vouchers: issue": with one comes a person whom the school does not know yet. */
const WELCOMING: readonly Duty[] = [...LEADERS, 'reception']

function registersVisitor({ kind, before, after }: Act): boolean {
  if (kind !== 'person.put' || before !== null) return false
  return (after as { readonly role?: unknown } | null)?.role === 'visitor'
}

function mayAs(duty: Duty, { kind }: Act, wfm: boolean): boolean {
  return duty !== 'network_manager' || !FILTERING.has(kind.slice(0, kind.indexOf('.'))) || wfm
}

/** An occasion is of one kind from begin to end, so either state tells. */
function mayRun(duty: Duty, { kind, before, after }: Act): boolean {
  if (!kind.startsWith('occasion.')) return true
  const occasion = (before ?? after) as unknown as OccasionFacts | null
  return occasion === null || OCCASIONS[occasion.kind].includes(duty)
}

/** "Legal hold": who may place any, and let one go. */
export const HOLDERS: ReadonlySet<string> = new Set([...SAFEGUARDING, 'head'])

/** "incidents: create": of some entries, for an incident, until somebody who may lets them go. */
function mayHold(duty: Duty, { kind, after }: Act): boolean {
  if (kind !== 'hold.put' || HOLDERS.has(duty)) return true
  const hold = after as unknown as HoldFacts | null
  return hold !== null && [hold.incident, hold.first, hold.last].every((fact) => fact !== null)
}

/**
 * A teacher, as such, opens and ends nobody's lesson but his own; nobody lets go what is kept of himself, or
 * what was imposed on him.
 */
function isHis(duty: Duty, { kind, before, after }: Act, actor: string): boolean {
  if (kind === 'hold.release' || kind === 'sanction.lift')
    return (before as { readonly person?: unknown } | null)?.person !== actor
  if (duty !== 'teacher' || !kind.startsWith('lesson.')) return true
  const teacherOf = (lesson: Json): unknown => (lesson as { teacher?: unknown } | null)?.teacher
  return [before, after].every((lesson) => lesson === null || teacherOf(lesson) === actor)
}

/** Where the act changes the state of a known device and nothing else: lost, taken in, or handed back. */
function onlyStateOf({ kind, before, after, direction }: Act): keyof typeof CUSTODY | null {
  if (kind !== 'device.put' || before === null || after === null) return null
  const [was, is] = [before, after] as unknown as readonly [DeviceFacts, DeviceFacts]
  const fields = Object.keys({ ...was, ...is }) as (keyof DeviceFacts)[]
  const others = fields.filter((field) => field !== 'state')
  if (others.some((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]))) return null
  if (direction === 'tighten') return is.state
  return was.state === 'confiscated' && is.state === 'approved' ? 'returned' : null
}
