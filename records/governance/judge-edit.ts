import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import { describeProblem } from '../../rules/policy/yaml-source.ts'
import { ROLES, type DeviceFacts, type Role } from '../../rules/subject.ts'
import { canonicalJson, type Json } from '../canonical-json.ts'
import type { TextOf } from '../register/projection.ts'
import type { DohTokenFacts, Register } from '../register/register.ts'
import type { AgreementFacts, RegistrationInvitation } from '../registration/registration-facts.ts'
import { judgeChoice } from './list-choice.ts'
import { problemOfTopic, type TeachingTopic } from './teaching-topic.ts'
import type { ApproverGroup, HoldFacts, Holder } from './governance-state.ts'
import { isPermission, PERMISSION_JUDGES, type PermissionKind } from './judge-permission.ts'
import { faultOfEmergency } from './judge-occasion.ts'
import { siteEmergencyFacts } from './occasion-facts.ts'
import { faultOfInvitation, faultOfSignature } from './judge-registration.ts'
import { judgement, type Judgement } from './judgement.ts'
import { standingOf } from './standing.ts'
import type { EditKind } from './permissions.ts'

export type { Judgement } from './judgement.ts'

/** `rules/direction`, handed in: what the engine would answer before and after. */
export interface DirectionOf {
  /** `at`: epoch ms from which on it counts. */
  readonly policy: (before: Policy | null, after: Policy, at: number) => Judgement
  readonly device: (before: DeviceFacts | null, after: DeviceFacts | null) => Judgement
}

/** One object as somebody wants it; null takes it away. */
export interface Edit {
  readonly kind: EditKind
  readonly objectId: string
  readonly after: Json
}

/** An edit with the object as it is. */
export interface JudgedEdit extends Edit, Judgement {
  readonly before: Json
  /** Whose yes it needs before it is in force; null: nobody's. */
  readonly approvers: ApproverGroup | null
}

export interface JudgeDeps {
  readonly register: Register
  /** Epoch ms. */
  readonly at: number
  readonly directionOf: DirectionOf
  /** Texts of the ledger and those that come with the change. */
  readonly textOf: TextOf
}

/**
 * What the edit does to the register and who must agree; a text says why it makes no sense.
 * INVARIANT: `edit.after` has passed `rehearse`, so it holds the facts that its kind promises.
 */
export function judgeEdit(edit: Edit, actor: string, deps: JudgeDeps): JudgedEdit | string {
  const before = beforeOf(edit, deps.register)
  const nonsense = nonsenseOf(edit, before)
  if (nonsense !== undefined) return nonsense
  const { kind, after } = edit
  if (isPermission(kind) || kind === 'list.put') {
    const judged =
      kind === 'list.put'
        ? judgeChoice(edit.objectId, { after, before }, deps.register)
        : PERMISSION_JUDGES[kind](after, before, {
            ...deps,
            ...{ actor, objectId: edit.objectId },
          })
    return typeof judged === 'string'
      ? `\`${edit.objectId}\`: ${judged}`
      : { ...edit, ...judged, before }
  }
  const judged = JUDGES[kind](edit, before, deps)
  if (typeof judged === 'string') return judged
  const approvers = isLeadsOwn(edit, actor, deps)
    ? null
    : approversOf(edit, { judged, before, actor })
  return { ...edit, ...judged, before, approvers }
}

/** Kinds that take something away, and so leave nothing. */
const ENDINGS: ReadonlySet<EditKind> = new Set([
  ...(['person.remove', 'device.remove', 'role.remove', 'grant.revoke'] as const),
  ...([
    'voucher.revoke',
    'emergency.lift',
    'site_emergency.end',
    'topic.end',
    'agent.revoke',
    'doh_token.revoke',
  ] as const),
  ...(['class.remove', 'pack.remove', 'lesson.end', 'site.remove'] as const),
  ...(['registration.withdraw'] as const),
  ...(['correction.remove', 'occasion.end', 'hold.release', 'sanction.lift'] as const),
])

function nonsenseOf({ kind, objectId, after }: Edit, before: Json): string | undefined {
  if (ENDINGS.has(kind) !== (after === null)) return `\`${kind}\` of \`${objectId}\` has no meaning`
  if (after === null && before === null) return `\`${kind}\`: there is no \`${objectId}\``
  if (sameJson(before, after)) return `\`${kind}\` of \`${objectId}\` changes nothing`
  return undefined
}

type ObjectType = EditKind extends infer Kind
  ? Kind extends `${infer Type}.${string}`
    ? Type
    : never
  : never

const CURRENT: Readonly<Record<ObjectType, (register: Register, id: string) => Json>> = {
  policy: ({ policy }) => policy && { document: policy.hash, name: policy.name },
  person: ({ people }, ref) => json(people.get(ref)),
  device: ({ devices }, id) => json(devices.get(id)),
  role: ({ holders }, ref) => json(holders.get(ref)),
  cover: ({ covers }, id) => json(covers.get(id)),
  grant: ({ grants }, id) => json(grants.get(id)),
  voucher: ({ vouchers }, id) => json(vouchers.get(id)),
  class: ({ classes }, id) => json(classes.get(id)),
  pack: ({ packs }, id) => json(packs.get(id)),
  lesson: ({ lessons }, id) => json(lessons.get(id)),
  site: ({ sites }, id) => json(sites.get(id)),
  correction: ({ corrections }, id) => json(corrections.get(id)),
  emergency: ({ emergencyBlocks }, id) => json(emergencyBlocks.get(id)),
  occasion: ({ occasions }, id) => json(occasions.get(id)),
  site_emergency: ({ siteEmergency }) => json(siteEmergency),
  topic: ({ topics }, id) => json(topics.get(id)),
  hold: ({ holds }, id) => {
    const hold = holds.get(id)
    return json(hold?.released === null ? hold.facts : null)
  },
  sanction: ({ sanctions }, id) => json(sanctions.get(id)),
  list: ({ listChoices }, id) => json(listChoices.get(id)),
  agent: ({ agents }, id) => json(agents.get(id)),
  doh_token: ({ dohTokens }, id) => json(dohTokens.get(id)),
  registration: ({ invitations }, id) => json(invitations.get(id)),
  // Each is an event of its own, the last one counts.
  agreement: () => null,
  // It leaves no state: each is an event of its own.
  unmask: () => null,
}

/** The object as the register has it, in the form of an entry's `before`. */
export function beforeOf({ kind, objectId }: Edit, register: Register): Json {
  const type = kind.slice(0, kind.indexOf('.')) as ObjectType
  return CURRENT[type](register, objectId)
}

/** The spread gives an interface the index signature of `Json`. */
function json(facts: object | null | undefined): Json {
  return facts === null || facts === undefined ? null : { ...facts }
}

export function sameJson(one: Json, other: Json): boolean {
  return canonicalJson(one) === canonicalJson(other)
}

type Judge = (edit: Edit, before: Json, deps: JudgeDeps) => Judgement | string

const JUDGES: Readonly<Record<Exclude<EditKind, PermissionKind | 'list.put'>, Judge>> = {
  'policy.put': (edit, _before, deps) => judgePolicy(edit, deps),
  'device.put': (edit, _before, deps) => judgeDevice(edit, deps),
  'device.remove': (edit, _before, deps) => judgeDevice(edit, deps),
  // A device's row carries the role that the gate asks for; a person's is for reading.
  'person.put': () => judgement('neutral', []),
  'person.remove': () => judgement('neutral', []),
  'person.erase': (_edit, before) => judgement('neutral', rolesOf(before)),
  'role.put': ({ after }, before) =>
    judgement(givesDuty(before, after) ? 'loosen' : 'tighten', ['staff']),
  'role.remove': () => judgement('tighten', ['staff']),
  'cover.put': () => judgement('loosen', ['staff']),
  'emergency.block': ({ after }, before) => judgeBlock(after, before),
  'emergency.lift': () => judgement('loosen', ROLES),
  'site_emergency.put': ({ after }, _before, { at }) =>
    faultOfEmergency(siteEmergencyFacts.parse(after), at) ?? judgement('loosen', ['staff']),
  'site_emergency.end': () => judgement('tighten', ['staff']),
  'unmask.put': () => judgement('neutral', []),
  'hold.put': ({ objectId, after }, _before, { register }) =>
    faultOfHold(objectId, after as unknown as HoldFacts, register) ?? judgement('neutral', []),
  'hold.release': () => judgement('neutral', []),
  'sanction.lift': (_edit, before) => judgement('loosen', rolesOf(before)),
  'topic.put': ({ after }, _before, { register }) =>
    problemOfTopic(after as unknown as TeachingTopic, register) ?? judgement('loosen', ['pupil']),
  'topic.end': () => judgement('tighten', ['pupil']),
  // A code opens nothing: once it is used the device has to show that it is in order.
  'agent.invite': ({ objectId }, _before, { register }) =>
    register.devices.has(objectId)
      ? judgement('neutral', [])
      : `there is no device \`${objectId}\``,
  'registration.invite': ({ after }, _before, { register }) =>
    faultOfInvitation(after as unknown as RegistrationInvitation, register) ??
    judgement('neutral', []),
  'registration.withdraw': () => judgement('neutral', []),
  // Somebody's own word, written down: what it opens the policy has opened already.
  'agreement.sign': ({ after }, _before, { register }) =>
    faultOfSignature(after as unknown as AgreementFacts, register) ?? judgement('neutral', []),
  'agent.revoke': ({ objectId }, _before, { register }) =>
    judgement('tighten', rolesOf(json(register.devices.get(objectId)))),
  'doh_token.issue': ({ objectId, after }, before, { register }) =>
    judgeToken(objectId, { before, after }, register),
  'doh_token.revoke': (_edit, before, { register }) =>
    judgement(
      'tighten',
      rolesOf(json(register.devices.get((before as { device: string }).device))),
    ),
}

/**
 * A token opens nothing: its device is judged as it is anywhere. Another token under an old number would be the old
 * one's revocation, unsaid.
 */
function judgeToken(
  id: string,
  { before, after }: { readonly before: Json; readonly after: Json },
  { devices, dohTokens }: Register,
): Judgement | string {
  const { device, tokenHash } = after as unknown as DohTokenFacts
  if (before !== null) return `there is a DoH token \`${id}\` already: issue another`
  if ([...dohTokens.values()].some((one) => one.tokenHash === tokenHash))
    return 'this token was issued already'
  const facts = devices.get(device)
  if (facts === undefined) return `there is no device \`${device}\``
  return judgement('neutral', [facts.role])
}

/** A hold is placed once: one that was changed would let go what it held. */
function faultOfHold(id: string, facts: HoldFacts, { holds }: Register): string | undefined {
  if (holds.has(id)) return `there has been a hold ${id}: place another`
  const { gate, first, last, from, to, person } = facts
  const hasNumbers = first !== null || last !== null
  const hasTimes = from !== null || to !== null
  if (hasNumbers !== (gate !== null)) return 'numbers are of one gate’s journal, which they name'
  if (hasNumbers && hasTimes) return 'give numbers or times, not both'
  if (!hasNumbers && !hasTimes && person === null)
    return 'say which entries: numbers, times or a person'
  return undefined
}

function judgePolicy({ after }: Edit, { register, at, directionOf, textOf }: JudgeDeps) {
  const { document, name } = after as { document: string; name: string }
  const parsed = parsePolicy(textOf(document) ?? '', name)
  if (!parsed.ok) return parsed.problems.map(describeProblem).join('\n')
  const { policy: old } = register
  const before = old === null ? null : parsePolicy(old.text, old.name)
  return directionOf.policy(before?.ok === true ? before.policy : null, parsed.policy, at)
}

function judgeDevice({ objectId, after }: Edit, { register, directionOf }: JudgeDeps): Judgement {
  const was = register.devices.get(objectId) ?? null
  const is = after as unknown as DeviceFacts | null
  const judged = directionOf.device(was, is)
  // A pupil's device that is written down as a teacher's is still in the pupil's hand.
  const isPupils = [was, is].some(
    (facts) => facts !== null && (facts.role === 'pupil' || belongsToPupil(facts, register)),
  )
  const loosensPupils = judged.loosensPupils || (judged.direction === 'loosen' && isPupils)
  return { ...judged, loosensPupils }
}

function belongsToPupil({ personRef }: DeviceFacts, { people }: Register): boolean {
  return personRef !== null && people.get(personRef)?.role === 'pupil'
}

/** Of a person who has left only the name may be left. */
function rolesOf(person: Json): readonly Role[] {
  const { role } = (person ?? {}) as { readonly role?: Role }
  return role === undefined ? [] : [role]
}

/** Fewer hosts under the same number would be a way to lift a block at once. */
function judgeBlock(after: Json, before: Json): Judgement {
  const [was, is] = [before, after] as unknown as readonly { hosts: string[] }[]
  const opens = was?.hosts.some((host) => is?.hosts.includes(host) !== true) ?? false
  return judgement(opens ? 'loosen' : 'tighten', ROLES)
}

/** Anything but a plain taking away counts as giving: a longer term, an account that works again. */
function givesDuty(before: Json, after: Json): boolean {
  const [was, is] = [before, after] as unknown as readonly (Holder | null)[]
  if (is === null || is === undefined) return false
  if (was === null || was === undefined) return true
  const kept = new Set(was.roles.map((role) => canonicalJson(role)))
  const same = is.roles.every((role) => kept.has(canonicalJson(role)))
  return !same || (is.wfm && !was.wfm) || (was.disabled && !is.disabled)
}

/**
 * What the gate imposed by itself the safeguarding lead, or who deputises, lifts at once: no person's decision is undone, it
 * lasts for minutes, and it is reviewed like any change. Others ask for that office's yes.
 */
function isLeadsOwn({ kind }: Edit, actor: string, { register, at }: JudgeDeps): boolean {
  if (kind !== 'sanction.lift') return false
  const { duties } = standingOf(register, actor, at)
  return duties.includes('dsl') || duties.includes('deputy_dsl')
}

function approversOf(
  edit: Edit,
  { judged, before, actor }: { judged: Judgement; before: Json; actor: string },
): ApproverGroup | null {
  if (judged.loosensPupils) return 'dsl'
  if (edit.kind === 'unmask.put') return 'dsl'
  return edit.kind.startsWith('role.') ? approversOfRole(edit, before, actor) : null
}

function approversOfRole(edit: Edit, before: Json, actor: string): ApproverGroup | null {
  // Else a head who makes himself the lead would be two persons.
  if (edit.objectId === actor) return 'dsl'
  // The chair hears of what concerns the head, who alone could put another in his place.
  const [was, is] = [before, edit.after].map((facts) => canonicalJson(chairOf(facts)))
  return was === is ? null : 'dsl'
}

/** Everything of a person's duties that says whether he acts as chair; null where he is none. */
function chairOf(facts: Json): Json {
  const holder = facts as unknown as Holder | null
  const terms = holder?.roles.filter(({ role }) => role === 'chair_of_governors') ?? []
  if (holder === null || terms.length === 0) return null
  const { disabled, absent } = holder
  return { disabled, absent, terms: terms.map(({ from, to }) => ({ from, to })) }
}
