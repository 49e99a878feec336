import type { HostFinding } from '../proxy/dns/host-check.ts'
import type { Bundle, Revision } from '../proxy/policy/bundle.ts'
import type { HostPattern } from '../rules/policy/policy.ts'
import type { DeviceFacts } from '../rules/subject.ts'
import { formatInstant, parseDate } from '../rules/time/clock-text.ts'
import { LocalDay } from '../rules/time/local-day.ts'
import { endAfter } from '../rules/time/periods.ts'
import type { ExamSession } from '../rules/time/time-policy.ts'
import type { Ruling } from '../rules/verdict.ts'

export interface Preflight {
  /** One sentence each; none when every exam may begin. */
  readonly failures: readonly string[]
  /** What a person should know and nothing can be done about here. */
  readonly notes: readonly string[]
  readonly checked: { readonly hosts: number; readonly exams: number; readonly devices: number }
}

/** The profile that exam rooms are in (design.md section 4, step 5). */
const EXAM_PROFILE = 'exam_allow_list'

/** Questions to the upstreams under way at once: a list of a thousand hosts must not look like a flood. */
const AT_ONCE = 16

/**
 * Whether the exams to come can be sat: each host of the allow-list has an address by the configured
 * upstreams, and in each exam zone, when each exam begins, each school device that may be used there
 * gets it, and each alias on the way to it.
 */
export async function preflight(
  bundle: Bundle,
  revision: Revision,
  { now, find }: { now: number; find: (host: string) => Promise<HostFinding> },
): Promise<Preflight> {
  const only = bundle.policy.profiles.find(({ id }) => id === EXAM_PROFILE)?.closed
  const hosts = only?.hosts ?? []
  const exams = comingExams(bundle, now)
  const found = await findAll(hosts, find)
  const sitting = exams.map((exam) => ({ exam, devices: devicesFor(exam.session, bundle) }))
  const missing = sitting.flatMap(({ exam, devices }) =>
    devices.length > 0 ? [] : [`no school device may be used in ${describe(exam)}`],
  )
  const judged = sitting.flatMap((each) => refusalsIn(each, hosts, { found, revision }))
  const devices = new Set(sitting.flatMap((each) => each.devices))
  return {
    failures: [...unresolved(hosts, found), ...missing, ...summed(judged)],
    notes: notesOn(bundle, { hosts, exams, found }),
    checked: { hosts: hosts.length, exams: exams.length, devices: devices.size },
  }
}

interface ComingExam {
  readonly session: ExamSession
  /** Epoch ms; now, for one that runs already. */
  readonly at: number
}

function comingExams({ policy }: Bundle, now: number): readonly ComingExam[] {
  const { exams, timezone } = policy.time
  return exams.flatMap((session) => {
    const day = new LocalDay(parseDate(session.date) ?? 0, timezone)
    const end = day.instantAt(endAfter(session))
    return end <= now ? [] : [{ session, at: Math.max(now, day.instantAt(session.startSeconds)) }]
  })
}

/** What a device is refused for before any exam, wherever it is: none of these is put on a desk. */
const OUT_OF_USE: ReadonlySet<string> = new Set([
  ...['lost', 'confiscated', 'recalled', 'revoked', 'disposed', 'suspended', 'pending'],
])

/** The candidates' own where any are marked, else whatever of the school's may be put on a desk. */
function devicesFor(exam: ExamSession, { devices }: Bundle): readonly DeviceFacts[] {
  const usable = devices.filter(
    ({ ownership, state }) => ownership === 'school' && !OUT_OF_USE.has(state),
  )
  const sitting = usable.filter(
    ({ examCandidate, year }) =>
      examCandidate && (exam.candidatesYear === null || exam.candidatesYear === year),
  )
  return sitting.length > 0 ? sitting : usable
}

type Found = ReadonlyMap<string, HostFinding>

async function findAll(
  hosts: readonly HostPattern[],
  find: (host: string) => Promise<HostFinding>,
): Promise<Found> {
  const found = new Map<string, HostFinding>()
  const left = [...new Set(hosts.map(({ host }) => host))]
  const work = async (): Promise<void> => {
    for (let host = left.pop(); host !== undefined; host = left.pop())
      found.set(host, await find(host))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return found
}

function unresolved(hosts: readonly HostPattern[], found: Found): readonly string[] {
  return hosts.flatMap(({ host, scope }) => {
    const finding = found.get(host)
    switch (finding?.kind) {
      case 'no_such_name':
        return [`${host}: there is no such name`]
      case 'failed':
        return [`${host}: ${finding.why}`]
      case 'no_address':
        return scope === 'host' ? [`${host}: the name has no address`] : []
      case 'found':
      case undefined:
        return []
    }
  })
}

interface Refusal {
  readonly what: string
  readonly ruling: Ruling
  readonly where: string
}

function refusalsIn(
  { exam, devices }: { exam: ComingExam; devices: readonly DeviceFacts[] },
  hosts: readonly HostPattern[],
  { found, revision }: { found: Found; revision: Revision },
): readonly Refusal[] {
  const { engine, subjects } = revision
  return devices.flatMap(({ id }) => {
    const subject = subjects.ask({ device: id, zone: exam.session.zone }, exam.at)
    if (subject === null) return []
    const where = `for \`${id}\` in ${describe(exam)}`
    return hosts.flatMap(({ host }): Refusal[] => {
      const { stance } = subject
      const named = engine.decideHost(stance, host)
      if (named.action !== 'allow') return [{ what: host, ruling: named, where }]
      const finding = found.get(host)
      const targets = finding?.kind === 'found' ? finding.targets : []
      const fallen = targets
        .map((target) => engine.judgeTarget(stance, named, target, 0))
        .find(({ action }) => action !== 'allow')
      return fallen === undefined ? [] : [{ what: `an alias of ${host}`, ruling: fallen, where }]
    })
  })
}

/** Thirty laptops that are refused for one reason are one line. */
function summed(refusals: readonly Refusal[]): readonly string[] {
  const alike = Map.groupBy(refusals, ({ what, ruling }) => `${what}\0${ruling.cause}`)
  return [...alike.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return []
    const { what, ruling, where } = first
    const also = more.length === 0 ? '' : `, and ${more.length} times more`
    const reason = ruling.reasonCode === null ? '' : ` (${ruling.reasonCode})`
    return [`${what}: ${ruling.action}${reason} ${where}${also}: ${ruling.cause}`]
  })
}

function notesOn(
  { policy }: Bundle,
  more: { hosts: readonly HostPattern[]; exams: readonly ComingExam[]; found: Found },
): readonly string[] {
  const { hosts, exams, found } = more
  const categories = policy.profiles.find(({ id }) => id === EXAM_PROFILE)?.closed?.categories ?? []
  const below = hosts.filter(
    ({ host, scope }) => scope === 'subtree' && found.get(host)?.kind === 'no_address',
  )
  return [
    ...(exams.length === 0 ? ['no exam is to come'] : []),
    ...(hosts.length + categories.length === 0
      ? [
          `the allow-list of \`${EXAM_PROFILE}\` is empty: only \`support.*\` is open in an exam room`,
        ]
      : []),
    ...categories.map(
      (id) => `\`${id}\` is open by its category: its hosts are not looked up here`,
    ),
    ...below.map(({ host }) => `${host} has no address itself; names below it were not looked up`),
  ]
}

function describe({ session, at }: ComingExam): string {
  return `\`${session.zone}\` at ${formatInstant(at)} (${session.paper})`
}
