import { formatInstant } from '../rules/time/clock-text.ts'
import type { Service } from '../rules/services/services.ts'
import type { Verdict } from '../rules/verdict.ts'
import type { DeviceFacts } from '../rules/subject.ts'
import type { Register } from '../records/register/register.ts'
import type { GivenBy } from './given-by.ts'
import type { NextEdge, Question } from './explain-question.ts'

/** What a person is told beside the verdict. */
export interface Beside {
  readonly next: NextEdge | null
  /** The rule, grant or occasion that gave the profile. */
  readonly accessRule?: string | null
  /** Who gave what the verdict goes by, where that is no rule of the policy. */
  readonly given?: readonly GivenBy[]
  /** What the register says of the device's checks; null for a device that it does not have. */
  readonly posture?: string | null
  /** The facts that nobody told. */
  readonly assumed: readonly string[]
  /** Who a gate takes the address for, and by what evidence; null where no source tells. */
  readonly known: string | null
  /** What the host is part of, whether or not the policy names it. */
  readonly services: readonly Service[]
  /** How fast and how much, in words; null for as fast as it goes. */
  readonly bandwidth?: string | null
}

/** A verdict and its cause as rows for a person. */
export function verdictRows(
  verdict: Verdict,
  {
    next,
    accessRule = null,
    given = [],
    posture = null,
    assumed,
    known,
    services,
    bandwidth,
  }: Beside,
): readonly string[] {
  const list = [verdict.list_source, verdict.list_version].filter((part) => part !== null)
  const rows: Rows = [
    ['answer', answerOf(verdict)],
    ...maybe('elsewhere', observed(verdict)),
    ['because', verdict.cause],
    ['rule', `${verdict.rule_id}, policy revision ${verdict.policy_version}`],
    ['profile', profileOf(verdict, accessRule)],
    ...given.map((one) => ['given by', givenInWords(one)] as const),
    ['category', verdict.category ?? 'none'],
    ...services.map(({ id, name }) => ['service', `${id} (${name})`] as const),
    ...safeHostRow(verdict),
    ['list', list.length === 0 ? 'none' : list.join(' ')],
    ...maybe('address of', known),
    ...maybe('bandwidth', bandwidth),
    ...maybe('posture', posture),
    ['zone', verdict.zone],
    ['windows', verdict.windows.join(', ') || 'none'],
    ['holds until', verdict.valid_until ?? 'further notice'],
    ['next edge', next === null ? 'none that is known' : edgeOf(next)],
    ['alert', verdict.alert ? 'yes' : 'no'],
    ...maybe('assumed', assumed.length === 0 ? null : assumed.join('; ')),
  ]
  return rows.map(([name, value]) => `${name.padEnd(12)} ${value}`)
}

type Rows = readonly (readonly [name: string, value: string])[]

/** No row for what there is nothing to say of. */
function maybe(name: string, value: string | null | undefined): Rows {
  return value == null ? [] : [[name, value]]
}

function observed({ would_be: action }: Verdict): string | null {
  return action === undefined ? null : `${action}: this zone is only observed`
}

/** The facts that the question leaves out: a person must see what the answer rests on. */
export function assumptionsOf(question: Question, { isNow }: { isNow: boolean }): string[] {
  const assumed: string[] = []
  if (isNow) assumed.push(`it is ${formatInstant(question.at)}`)
  if (question.zone === undefined && question.address === undefined)
    assumed.push('the device is in zone `unknown`')
  return assumed
}

/** What the register says of a device with an agent is not what the gate goes by. */
export function postureAssumed(device: DeviceFacts | null, { agents }: Register): string[] {
  if (device === null || !agents.has(device.id)) return []
  return [`its posture is what the register says, and not what its agent reported last`]
}

function givenInWords({ rule, words, approved_by: approved }: GivenBy): string {
  return `\`${rule}\`: ${words}${approved === null ? '' : `; agreed to by ${approved}`}`
}

function profileOf({ profile }: Verdict, accessRule: string | null): string {
  if (profile === null) return 'none: access is denied'
  return accessRule === null ? profile : `${profile}, by \`${accessRule}\``
}

function edgeOf({ at, then }: NextEdge): string {
  const windows = then.windows.join(', ') || 'no window'
  return `${formatInstant(at)} (${windows}): then ${answerOf(then)}`
}

function answerOf({ action, reason_code: reason }: Verdict): string {
  return reason === null ? action : `${action} (${reason})`
}

/** Where the name leads in its safe mode, over DNS and the proxy. */
function safeHostRow({ safe_host: host }: Verdict): readonly [string, string][] {
  return host === undefined ? [] : [['safe mode', `reached at ${host}`]]
}
