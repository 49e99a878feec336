import { formatInstant } from '../rules/time/clock-text.ts'
import type { Service } from '../rules/services/services.ts'
import type { Verdict } from '../rules/verdict.ts'
import type { NextEdge, Question } from './explain-question.ts'

/** What a person is told beside the verdict. */
export interface Beside {
  readonly next: NextEdge | null
  /** The rule, grant or occasion that gave the profile. */
  readonly accessRule?: string | null
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
  { next, accessRule = null, assumed, known, services, bandwidth }: Beside,
): readonly string[] {
  const list = [verdict.list_source, verdict.list_version].filter((part) => part !== null)
  const rows: [string, string][] = [
    ['answer', answerOf(verdict)],
    ...(verdict.would_be === undefined
      ? []
      : [['elsewhere', `${verdict.would_be}: this zone is only observed`] as [string, string]]),
    ['because', verdict.cause],
    ['rule', `${verdict.rule_id}, policy revision ${verdict.policy_version}`],
    ['profile', profileOf(verdict, accessRule)],
    ['category', verdict.category ?? 'none'],
    ...services.map(({ id, name }): [string, string] => ['service', `${id} (${name})`]),
    ...safeHostRow(verdict),
    ['list', list.length === 0 ? 'none' : list.join(' ')],
    ...(known === null ? [] : [['address of', known] as [string, string]]),
    ...(bandwidth == null ? [] : [['bandwidth', bandwidth] as [string, string]]),
    ['zone', verdict.zone],
    ['windows', verdict.windows.join(', ') || 'none'],
    ['holds until', verdict.valid_until ?? 'further notice'],
    ['next edge', next === null ? 'none that is known' : edgeOf(next)],
    ['alert', verdict.alert ? 'yes' : 'no'],
  ]
  if (assumed.length > 0) rows.push(['assumed', assumed.join('; ')])
  return rows.map(([name, value]) => `${name.padEnd(12)} ${value}`)
}

/** The facts that the question leaves out: a person must see what the answer rests on. */
export function assumptionsOf(question: Question, { isNow }: { isNow: boolean }): string[] {
  const assumed: string[] = []
  if (isNow) assumed.push(`it is ${formatInstant(question.at)}`)
  if (question.zone === undefined && question.address === undefined)
    assumed.push('the device is in zone `unknown`')
  return assumed
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
