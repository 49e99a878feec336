import { lockoutSentence } from '../sanctions/sanction-words.ts'
import { NOTHING_IN_FORCE, type InForce } from '../permissions/permission-index.ts'
import { emergencyWords, occasionWords, type Occasion } from '../permissions/occasions.ts'
import type { Grant } from '../permissions/permissions.ts'
import type { AccessRule, Policy } from '../policy/policy.ts'
import { needsPhase, withPhase } from '../policy/profile-pattern.ts'
import type { DeviceFacts, DeviceState, ZoneFacts } from '../subject.ts'
import type { Moment } from '../time/school-time.ts'
import type { ExamSession } from '../time/time-policy.ts'

/** Who asks, where and when: all that the access stage may depend on. */
export interface AccessQuestion {
  /** Null for an address that no registered device has. */
  readonly device: DeviceFacts | null
  readonly zone: ZoneFacts
  readonly moment: Moment
}

/** What the access stage answers; the engine interns it as a `Stance`. */
export interface AccessOutcome {
  readonly profile: string | null
  readonly reasonCode: string | null
  readonly alert: boolean
  readonly ruleId: string
  readonly window: string | null
  /** The policy's own sentence for the person, where its rule has one. */
  readonly explain: string | null
  /** The occasion that decided, in words; null where none did. */
  readonly occasion: string | null
}

/** The question with what of the permissions is in force for it. */
interface Asked extends AccessQuestion {
  readonly inForce: InForce
}

type Step = (policy: Policy, asked: Asked) => AccessOutcome | null

/**
 * Stage 1 of design.md section 4. The first step that answers wins, so the order IS the behaviour;
 * each line says what breaks if it moves.
 */
const STEPS: readonly Step[] = [
  // First: a lost or confiscated device must be seen and refused even where it would be let in.
  deviceState,
  // Above everything a person could be granted: without a name and an agreement there is nobody to grant to.
  registration,
  // Above exams and zones: in an emergency staff reach whom they must, wherever they are.
  siteEmergency,
  // Above exams and zones: a glucose monitor works in the exam hall and in the toilets.
  medicalGrant,
  // Above grants: a carer's grant does not carry a phone into an exam.
  examWindow,
  // Above grants too: nobody's personal device is used where children undress.
  mobileFreeZone,
  // Above the rules, which would take a supply teacher who has left for any other member of staff; and above
  // security state, which opens repairs to who is let in otherwise.
  visitOver,
  // Below what keeps somebody alive or sits an exam; above grants, or whoever has one need not mind.
  lockout,
  // Above grants and rules: a grant opens a place or a time, not a broken device.
  posture,
  activeGrant,
  accessRules,
]

/** `inForce` is what people have permitted for this device, here and now. */
export function judgeAccess(
  policy: Policy,
  question: AccessQuestion,
  inForce: InForce = NOTHING_IN_FORCE,
): AccessOutcome {
  const asked = { ...question, inForce }
  for (const step of STEPS) {
    const outcome = step(policy, asked)
    if (outcome !== null) return outcome
  }
  return deny('default', 'access.default')
}

/** States that end the matter, and the reason each gives; the others are judged further down. */
const REFUSED_STATES: Readonly<Partial<Record<DeviceState, string>>> = {
  lost: 'lost',
  revoked: 'revoked',
  // Recalled and disposed devices have left the register's care; on site they are what revoked ones are.
  recalled: 'revoked',
  disposed: 'revoked',
  confiscated: 'confiscated',
  suspended: 'suspended',
}

/** Why a device in this state may be on no network of the school; null where it may. */
export function reasonOfState(state: DeviceState): string | null {
  return REFUSED_STATES[state] ?? null
}

function deviceState(_policy: Policy, { device }: AccessQuestion): AccessOutcome | null {
  const reason = device === null ? null : reasonOfState(device.state)
  return reason === null ? null : deny(reason, 'access.device_state', { alert: true })
}

function registration(_policy: Policy, { device, inForce }: Asked): AccessOutcome | null {
  // A pending device waits for its approval where it registered.
  if (device === null || device.state === 'pending')
    return confine('portal', 'unregistered', 'access.registration')
  if (device.aup !== 'signed' || inForce.agreementOver)
    return confine('portal', 'aup_missing', 'access.aup')
  return null
}

/** The profile of step 3; a policy without it changes nothing in an emergency. */
export const EMERGENCY_PROFILE = 'staff_emergency'

function siteEmergency(policy: Policy, { device, inForce }: Asked): AccessOutcome | null {
  const { emergency } = inForce.occasions
  if (emergency === null || device?.role !== 'staff') return null
  if (isVisitOver(device, inForce)) return null
  if (!hasProfile(policy, EMERGENCY_PROFILE)) return null
  const admitted = admit(EMERGENCY_PROFILE, 'access.site_emergency')
  return { ...admitted, window: 'site_emergency', occasion: emergencyWords(emergency) }
}

function hasProfile(policy: Policy, wanted: string | null): boolean {
  return policy.profiles.some(({ id }) => id === wanted)
}

function medicalGrant(policy: Policy, { device, inForce }: Asked): AccessOutcome | null {
  const permitted = firstPermit(
    policy,
    inForce.admitting.filter(({ medical }) => medical),
  )
  if (permitted !== null) return permitted
  if (device?.grant !== 'medical' || policy.grants.medical === null) return null
  return admit(policy.grants.medical.profile, 'access.grant.medical')
}

/** A grant whose profile the policy no longer has is passed over: the others, and the rules below, decide. */
function firstPermit(policy: Policy, grants: readonly Grant[]): AccessOutcome | null {
  const grant = grants.find(({ profile }) => hasProfile(policy, profile))
  if (grant === undefined) return null
  const { id, profile } = grant
  const explain = `Open by permission \`${id}\`, as \`${profile ?? ''}\`.`
  return { ...admit(profile ?? '', `grant.${id}`), explain }
}

function examWindow(policy: Policy, asked: Asked): AccessOutcome | null {
  const { device, zone, moment, inForce } = asked
  if (device === null) return null
  const { examRoom, sits: occasion, isReleased } = inForce.occasions
  const isPersonal = device.ownership === 'personal'
  const here = isReleased ? undefined : moment.exams.find((exam) => exam.zone === zone.id)
  if (here !== undefined) return inExamRoom(isPersonal, 'access.exam', windowOf(policy, here))
  if (examRoom !== null) return byOccasion(examRoom, inExamRoom.bind(null, isPersonal))
  if (!isPersonal) return null
  const sat = moment.exams.find((exam) => sits(device, exam))
  if (sat !== undefined)
    return deny('exam', 'access.exam.candidate', { window: windowOf(policy, sat) })
  if (occasion === null) return null
  return byOccasion(occasion, (ruleId, window) => deny('exam', ruleId, { window }))
}

function inExamRoom(isPersonal: boolean, ruleId: string, window: string): AccessOutcome {
  if (isPersonal) return deny('exam', ruleId, { alert: true, window })
  return { ...admit('exam_allow_list', ruleId), window }
}

function byOccasion(
  occasion: Occasion,
  outcome: (ruleId: string, window: string) => AccessOutcome,
): AccessOutcome {
  const { id, kind } = occasion
  return { ...outcome(`occasion.${id}`, kind), occasion: occasionWords(occasion) }
}

function sits(device: DeviceFacts, exam: ExamSession): boolean {
  return (
    device.examCandidate && (exam.candidatesYear === null || exam.candidatesYear === device.year)
  )
}

/** The exam's name as a window: the policy's window of the same times (`exam_am`), else `exam`. */
function windowOf(policy: Policy, exam: ExamSession): string {
  const window = policy.time.windows.find(
    ({ examDatesOnly, startSeconds, endSeconds }) =>
      examDatesOnly && startSeconds === exam.startSeconds && endSeconds === exam.endSeconds,
  )
  return window?.name ?? 'exam'
}

function mobileFreeZone(_policy: Policy, { device, zone }: AccessQuestion): AccessOutcome | null {
  if (!zone.mobileFree || device?.ownership !== 'personal') return null
  return deny('mobile_free_zone', 'access.mobile_free_zone', { alert: true })
}

function lockout(policy: Policy, { device, inForce }: Asked): AccessOutcome | null {
  const rule = policy.sanctions ?? null
  const sanction = inForce.lockout
  if (sanction === null || device === null || rule?.exempt.includes(device.role) === true)
    return null
  const ruleId = `sanction.${sanction.id}`
  const explain = lockoutSentence(sanction.to, policy.time.timezone)
  const profile = rule?.profile ?? null
  if (!hasProfile(policy, profile)) return deny('sanction', ruleId, { explain })
  return { ...confine(profile ?? '', 'sanction', ruleId), explain }
}

function posture(policy: Policy, { device }: AccessQuestion): AccessOutcome | null {
  if (device === null) return null
  if (device.state === 'quarantine')
    return confine('quarantine', 'posture:review', 'access.quarantine')
  if (!asksPosture(policy, device)) return null
  if (device.posture === 'stale') return confine('quarantine', 'posture_stale', 'access.posture')
  const failed = /^failed:(.+)$/.exec(device.posture)
  if (failed === null) return null
  return confine('quarantine', `posture:${failed[1] ?? ''}`, 'access.posture')
}

/** Whether the policy asks such a device for its security state. */
export function asksPosture(policy: Policy, device: DeviceFacts): boolean {
  return policy.postureRequired.some(
    ({ ownership, types }) =>
      ownership === device.ownership && (types === null || types.includes(device.type)),
  )
}

function activeGrant(policy: Policy, { device, inForce }: Asked): AccessOutcome | null {
  const permitted = firstPermit(
    policy,
    inForce.admitting.filter(({ medical }) => !medical),
  )
  if (permitted !== null) return permitted
  if (device?.grant === 'dependant_illness' && policy.grants.dependant_illness !== null)
    return admit(policy.grants.dependant_illness.profile, 'access.grant.dependant_illness')
  // Behind what one person was granted: an occasion is about a group.
  const group = inForce.occasions.groups.find(({ profile }) => hasProfile(policy, profile))
  if (group === undefined) return null
  return byOccasion(group, (ruleId, window) => ({ ...admit(group.profile ?? '', ruleId), window }))
}

/** A device that came with a voucher is nobody's where that does not count. */
function visitOver(_policy: Policy, { device, inForce }: Asked): AccessOutcome | null {
  if (device === null || !isVisitOver(device, inForce)) return null
  return { ...deny('default', 'access.voucher'), explain: VISIT_OVER }
}

const VISIT_OVER =
  'The voucher of this device does not count here and now. Reception can tell where and until when it does.'

function isVisitOver({ byVoucher }: DeviceFacts, { voucher }: InForce): boolean {
  return byVoucher !== undefined && !voucher
}

function accessRules(policy: Policy, question: Asked): AccessOutcome | null {
  if (question.device === null) return null
  const device = withVoucher(question.device, question.inForce)
  for (const rule of policy.access) {
    if (!applies(rule, device, question)) continue
    const window = decidingWindow(rule, question)
    if (rule.decide.kind === 'deny')
      return deny(rule.decide.reason, rule.id, { window, explain: rule.explain })
    const profile = profileFor(rule.decide.profile, device)
    if (profile !== null) return { ...admit(profile, rule.id), window, explain: rule.explain }
  }
  return null
}

/** A voucher that the ledger holds counts like one in devices.csv. */
function withVoucher(device: DeviceFacts, { voucher }: InForce): DeviceFacts {
  return voucher ? { ...device, voucher: 'active' } : device
}

/** Whether the rule would decide, were no step and no rule before it. */
export function applies(rule: AccessRule, device: DeviceFacts, question: AccessQuestion): boolean {
  return (
    isAbout(rule, device) &&
    (rule.zones === null || rule.zones.includes(question.zone.id)) &&
    (rule.pupilArea === null || rule.pupilArea === question.zone.pupilArea) &&
    (rule.during === null || decidingWindow(rule, question) !== null)
  )
}

/** Whether the rule speaks of such a device at all, wherever and whenever it is. */
export function isAbout(rule: AccessRule, device: DeviceFacts): boolean {
  return (
    (rule.ownership === null || rule.ownership === device.ownership) &&
    (rule.roles === null || rule.roles.includes(device.role)) &&
    (rule.types === null || rule.types.includes(device.type)) &&
    (!rule.voucher || device.voucher === 'active')
  )
}

function decidingWindow(rule: AccessRule, { device, moment }: AccessQuestion): string | null {
  const phase = device?.phase ?? null
  return rule.during?.find((name) => moment.inForce(name, phase)) ?? null
}

/** Null for a pupil without a phase: no profile is theirs, so the rules below go on to the default. */
function profileFor(template: string, device: DeviceFacts): string | null {
  if (!needsPhase(template)) return template
  return device.phase === null ? null : withPhase(template, device.phase)
}

function admit(profile: string, ruleId: string): AccessOutcome {
  const rest = { alert: false, window: null, explain: null, occasion: null }
  return { profile, reasonCode: null, ruleId, ...rest }
}

/** A profile that exists to hold a device back: it has a reason, which is why the device is there. */
function confine(profile: string, reasonCode: string, ruleId: string): AccessOutcome {
  return { ...admit(profile, ruleId), reasonCode }
}

function deny(
  reasonCode: string,
  ruleId: string,
  more: Partial<Pick<AccessOutcome, 'alert' | 'window' | 'explain'>> = {},
): AccessOutcome {
  const rest = { alert: false, window: null, explain: null, occasion: null }
  return { profile: null, reasonCode, ruleId, ...rest, ...more }
}
