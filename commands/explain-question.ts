import { isIP } from 'node:net'
import type { Consumer } from './explain-bandwidth.ts'
import type { Subject } from '../proxy/plane.ts'
import type { Revision } from '../proxy/policy/bundle.ts'
import type { Binding } from '../rules/identity/binding.ts'
import { requestTarget } from '../rules/names/request-target.ts'
import { parseInstant } from '../rules/time/clock-text.ts'
import type { DeviceFacts } from '../rules/subject.ts'
import { verdictOf } from '../rules/verdict-of.ts'
import type { Verdict } from '../rules/verdict.ts'

/** Who asks where for what, and when. */
export interface Question {
  readonly device?: string
  readonly address?: string
  readonly zone?: string
  /** What a gate knows of the address at that moment, by its sources. */
  readonly binding?: Binding
  readonly url: string
  /** Epoch ms. */
  readonly at: number
}

/** A question as options or a line of a batch say it; a text says what is missing or wrong. */
export function questionOf(asked: Readonly<Record<string, unknown>>): Question | string {
  const text = (key: string): string | undefined => {
    const value = asked[key]
    return typeof value === 'string' ? value : undefined
  }
  const url = text('url')
  if (url === undefined) return 'a question needs a `url`'
  const at = parseInstant(text('at') ?? '')
  if (!at.ok) return at.problem
  const [device, address, zone] = [text('device'), text('ip'), text('zone')]
  if (device === undefined && address === undefined) return 'name a device or an ip'
  if (address !== undefined && isIP(address) === 0)
    return `\`${address.slice(0, 80)}\` is not an address`
  return {
    url,
    at: at.ms,
    ...(device === undefined ? {} : { device }),
    ...(address === undefined ? {} : { address }),
    ...(zone === undefined ? {} : { zone }),
  }
}

/** The verdict; a text where the question names what the school does not have. */
export function answerTo(revision: Revision, question: Question): Verdict | string {
  const subject = subjectOf(revision, question, question.at)
  return typeof subject === 'string' ? subject : verdictFor(revision, subject, question.url)
}

/** The register's device that asks; null where it is none, or the question names nobody known. */
export function deviceOf(revision: Revision, question: Question): DeviceFacts | null {
  const subject = subjectOf(revision, question, question.at)
  return typeof subject === 'string' ? null : (subject.device ?? null)
}

/** The rule, grant or occasion that admits who asks, or refuses; null where the question names nobody known. */
export function accessRuleOf(revision: Revision, question: Question): string | null {
  const subject = subjectOf(revision, question, question.at)
  return typeof subject === 'string' ? null : subject.stance.ruleId
}

/** The next moment at which something changes for who asks, and what is answered from then on. */
export interface NextEdge {
  /** Epoch ms. */
  readonly at: number
  readonly then: Verdict
}

/** Two weeks of a school with 15 edges a day, as the subject table looks ahead. */
const MAX_EDGES = 200

/** Null where nothing is known to change any more. */
export function nextEdgeOf(revision: Revision, question: Question): NextEdge | null {
  const now = subjectOf(revision, question, question.at)
  if (typeof now === 'string') return null
  let at = question.at
  for (let seen = 0; seen < MAX_EDGES; seen += 1) {
    at = revision.subjects.nextEdge(at)
    if (!Number.isFinite(at)) return null
    const then = subjectOf(revision, question, at)
    if (typeof then === 'string') return null
    if (then.stance !== now.stance || then.windows.join() !== now.windows.join())
      return { at, then: verdictFor(revision, then, question.url) }
  }
  return null
}

/** Whose bandwidth class it is; null where the profile has none, or the question is of nobody. */
export function consumerOf(revision: Revision, question: Question): Consumer | null {
  const subject = subjectOf(revision, question, question.at)
  const limits = typeof subject === 'string' ? null : (subject.stance.bandwidth ?? null)
  if (typeof subject === 'string' || limits === null) return null
  const { deviceId, address, device } = subject
  return { who: deviceId ?? address, phase: device?.phase ?? null, limits, at: question.at }
}

function subjectOf({ subjects }: Revision, question: Question, at: number): Subject | string {
  // A misspelt zone would be judged as the unknown one, and nobody would see it.
  if (question.zone !== undefined && !subjects.hasZone(question.zone))
    return `no zone \`${question.zone}\` in the policy`
  return subjects.ask(question, at) ?? `no device \`${question.device ?? ''}\``
}

function verdictFor({ engine }: Revision, subject: Subject, url: string): Verdict {
  const { host, path } = requestTarget(url)
  const ruling = engine.decideUrl(subject.stance, host, path)
  const { zone, windows, validUntil } = subject
  return verdictOf(ruling, { zone, windows, validUntil })
}
