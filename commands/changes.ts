import { parseArgs } from 'node:util'
import { LedgerBroken } from '../records/ledger/ledger.ts'
import type { ChangeDesk, Outcome } from '../records/governance/change-desk.ts'
import type { Due } from '../records/governance/due.ts'
import { DUTIES, type Duty, type Holder } from '../records/governance/governance-state.ts'
import type { DirectionOf, JudgedEdit } from '../records/governance/judge-edit.ts'
import { CONSOLE } from '../records/governance/matter.ts'
import { reviewDeadlineOf } from '../records/governance/review-deadline.ts'
import type { Register } from '../records/register/register.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { parseInstant } from '../rules/time/clock-text.ts'
import { EXIT } from './arguments.ts'
import { judgeBesideGate } from './judge-by-promises.ts'
import { effectsOf } from './proposal-effects.ts'
import { openSiteDesk } from './site-desk.ts'

export interface ChangesDeps {
  readonly directionOf: DirectionOf
  /** Gate time, epoch ms. */
  readonly now: () => number
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

const CHANGES_USAGE = `usage: schoolgate changes list|due --records DIR
       schoolgate changes show N --records DIR
       schoolgate changes approve|refuse|withdraw N --actor PERSON_REF --reason TEXT --records DIR
       schoolgate changes review SEQ|SEQ-SEQ [--result reviewed|query|reject] --actor PERSON_REF --reason TEXT --records DIR
       schoolgate changes appoint PERSON_REF DUTY... [--wfm] [--actor PERSON_REF] --reason TEXT --records DIR
Until people sign in at the dashboard, whoever may write DIR acts as the person that he names.
A policy that breaks a promise is approved by nobody: it is judged by the configuration that the gate was started with.
The first appointments, of a head among them, need no --actor.
--clock ISO tells the time of a gate that was started with one.`

/**
 * `changes`: what waits for a second person or a review, and saying yes or no to it. Exit code 0 done,
 * 1 refused, in conflict or not readable, 2 wrong usage.
 */
export async function changes(args: readonly string[], deps: ChangesDeps): Promise<number> {
  const call = parseCall(args)
  if (typeof call === 'string') {
    deps.err(call)
    return EXIT.usage
  }
  try {
    const promisesBrokenBy = judgeBesideGate(call.records, deps.err)
    const desk = { ...deps, promisesBrokenBy }
    const opened = await openSiteDesk(call.records, desk, { readOnly: READING.has(call.verb) })
    if (typeof opened === 'string') {
      deps.err(opened)
      return EXIT.no
    }
    await using site = opened
    const { view, ledger } = site
    const textOf = (hash: string) => ledger.findDocument(hash)
    return await run(call, { desk: site.desk, register: view.current(), textOf, deps })
  } catch (error) {
    if (!(error instanceof StoreRefused || error instanceof LedgerBroken)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

const READING: ReadonlySet<string> = new Set(['list', 'show', 'due'])
const DECIDING: ReadonlySet<string> = new Set(['approve', 'refuse', 'withdraw'])
const RESULTS = ['reviewed', 'query', 'reject'] as const

/** What was asked, and when: `clock` in epoch ms, null for now. */
type Call = Asked & { readonly clock: number | null }

type Asked = { readonly records: string } & (
  | { readonly verb: 'list' | 'due' }
  | { readonly verb: 'show'; readonly proposal: string }
  | (Signed & { readonly verb: 'approve' | 'refuse' | 'withdraw'; readonly proposal: string })
  | (Signed & {
      readonly verb: 'review'
      readonly from: number
      readonly to: number
      readonly result: (typeof RESULTS)[number]
    })
  | (Signed & {
      readonly verb: 'appoint'
      readonly person: string
      readonly duties: readonly Duty[]
      readonly wfm: boolean
    })
)

interface Signed {
  readonly actor: string
  readonly reason: string
}

interface Options {
  readonly records?: string | undefined
  readonly actor?: string | undefined
  readonly reason?: string | undefined
  readonly result?: string | undefined
  readonly wfm?: boolean | undefined
}

function parseCall(args: readonly string[]): Call | string {
  try {
    const text = { type: 'string' } as const
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ records: text, actor: text, reason: text, result: text, clock: text },
        wfm: { type: 'boolean' },
      },
    })
    const [verb = '', ...rest] = positionals
    if (values.records === undefined) return CHANGES_USAGE
    const clock = values.clock === undefined ? null : parseInstant(values.clock)
    if (clock?.ok === false) return `--clock: ${clock.problem}`
    const asked = callOf(verb, rest, { ...values, records: values.records }) ?? CHANGES_USAGE
    return typeof asked === 'string' ? asked : { ...asked, clock: clock?.ms ?? null }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${CHANGES_USAGE}`
  }
}

function callOf(
  verb: string,
  rest: readonly string[],
  options: Options & { readonly records: string },
): Asked | string | undefined {
  const { records } = options
  const [first = '', ...more] = rest
  if (verb === 'list' || verb === 'due') return rest.length === 0 ? { verb, records } : undefined
  if (verb === 'appoint') return appointmentOf(first, more, options)
  if (more.length > 0 || first === '') return undefined
  if (verb === 'review') return reviewOf(first, options)
  if (verb === 'show') return { verb, records, proposal: first }
  return DECIDING.has(verb) ? decisionOf(verb as 'approve', first, options) : undefined
}

function decisionOf(
  verb: 'approve' | 'refuse' | 'withdraw',
  proposal: string,
  options: Options & { readonly records: string },
): Asked | string {
  const signed = signedOf(options)
  if (typeof signed === 'string') return signed
  return { verb, records: options.records, proposal, ...signed }
}

function signedOf({ actor, reason }: Options): Signed | string {
  if (actor === undefined || actor === '') return 'say who acts: --actor PERSON_REF'
  // `file` and `console` are the gate's own words for who wrote an entry.
  if (actor === 'file' || actor === CONSOLE) return `\`${actor}\` is not a person`
  return reason === undefined ? 'say why: --reason TEXT' : { actor, reason }
}

function reviewOf(range: string, options: Options & { readonly records: string }): Asked | string {
  const [from, to] = range.split('-', 2).map(numberOf)
  if (from === undefined || (range.includes('-') && to === undefined))
    return `\`${range}\` is neither SEQ nor SEQ-SEQ`
  const result = RESULTS.find((each) => each === (options.result ?? 'reviewed'))
  if (result === undefined) return `\`${options.result ?? ''}\` is none of ${RESULTS.join(', ')}`
  const signed = signedOf(options)
  if (typeof signed === 'string') return signed
  return { verb: 'review', records: options.records, from, to: to ?? from, result, ...signed }
}

function appointmentOf(
  person: string,
  words: readonly string[],
  options: Options & { readonly records: string },
): Asked | string | undefined {
  const { records, reason, wfm = false } = options
  const stranger = words.find((word) => !DUTIES.some((duty) => duty === word))
  if (stranger !== undefined) return `\`${stranger}\` is none of ${DUTIES.join(', ')}`
  if (words.length === 0) return undefined
  const duties = DUTIES.filter((duty) => words.includes(duty))
  const signed =
    options.actor === undefined && reason !== undefined
      ? { actor: CONSOLE, reason }
      : signedOf(options)
  if (typeof signed === 'string') return signed
  return { verb: 'appoint', records, person, duties, wfm, ...signed }
}

function numberOf(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
}

interface Scene {
  readonly desk: ChangeDesk
  readonly register: Register
  readonly textOf: (hash: string) => string | undefined
  readonly deps: ChangesDeps
}

async function run(call: Call, scene: Scene): Promise<number> {
  const { desk, register, deps } = scene
  const at = call.clock ?? deps.now()
  switch (call.verb) {
    case 'list':
      return list(scene, at)
    case 'due':
      for (const due of desk.due(at)) deps.out(describeDue(due, at))
      return EXIT.done
    case 'show':
      return show(idOf(call.proposal, register), scene)
    case 'review': {
      const { from, to, result, reason: comment, actor } = call
      return say(await desk.review({ from, to, result, comment }, actor, at), call.verb, deps)
    }
    case 'appoint':
      return say(await appoint(call, scene, at), call.verb, deps)
    case 'approve':
    case 'refuse':
    case 'withdraw': {
      const { actor, reason } = call
      const outcome = await desk[call.verb](idOf(call.proposal, register), actor, reason, at)
      return say(outcome, `${call.verb} ${call.proposal}`, deps)
    }
  }
}

function list({ register, deps: { out } }: Scene, now: number): number {
  for (const [id, { author, at, edits, direction, reason, state }] of register.proposals)
    if (state === 'waiting')
      out(
        `change ${id} waits since ${at}: ${author}, ${edits} edits, ${direction}: ${plain(reason)}`,
      )
  for (const change of register.queue.values()) {
    const { seq, ts, actor, kind, object_id, direction, answer } = change
    const answered = answer === null ? '' : `, answered with ${answer}`
    const deadline = deadlineInWords(reviewDeadlineOf(change), now)
    out(
      `entry ${seq} waits for a review since ${ts}: ${actor}, ${kind} \`${plain(object_id)}\`, ${direction}${answered}${deadline}`,
    )
  }
  return EXIT.done
}

function show(proposal: string, { desk, register, textOf, deps }: Scene): number {
  const found = register.proposals.get(proposal)
  const edits = desk.editsOf(proposal)
  if (found === undefined || edits === undefined) {
    deps.err(`there is no change ${proposal}`)
    return EXIT.no
  }
  const { author, authorRole, at, reason, state, closedBy } = found
  deps.out(`change ${proposal} by ${author} (${authorRole}), ${at}: ${plain(reason)}`)
  deps.out(closedBy === null ? `it is ${state}` : `it is ${state}, by ${closedBy}`)
  for (const edit of edits) {
    deps.out(describeEdit(edit))
    // What was decided is compared with the register of its day; only what waits can still change this one.
    if (state !== 'waiting') continue
    for (const effect of effectsOf(edit, register, textOf)) deps.out(`  ${plain(effect)}`)
  }
  return EXIT.done
}

/** People say `57`; the proposal is `57-3f9a`. What names none, or two, stays as it was typed, for the answer. */
function idOf(typed: string, { proposals }: Register): string {
  const meant = [...proposals.keys()].filter((id) => id === typed || id.startsWith(`${typed}-`))
  return meant.length === 1 ? (meant[0] ?? typed) : typed
}

function describeEdit({ kind, objectId, before, after, ...judged }: JudgedEdit): string {
  const { direction, loosensPupils, affectedRoles } = judged
  const whom = loosensPupils ? 'loosens for pupils' : direction
  const change = `${JSON.stringify(before)} -> ${JSON.stringify(after)}`
  return `${kind} \`${plain(objectId)}\`: ${whom} (${affectedRoles.join(', ')}): ${change}`
}

function describeDue({ what, id, who, since, passesAt, by }: Due, at: number): string {
  const people = who.length === 0 ? 'NOBODY who may act is there' : who.join(', ')
  const passes = passesAt === null ? '' : `, passes on at ${new Date(passesAt).toISOString()}`
  return `${what} ${id}: ${people}, since ${new Date(since).toISOString()}${passes}${deadlineInWords(by, at)}`
}

/** Nothing without a deadline. */
function deadlineInWords(by: number | null, at: number): string {
  if (by === null) return ''
  const until = new Date(by).toISOString()
  return by <= at ? `, OVERDUE since ${until}` : `, to be done by ${until}`
}

function appoint(
  { person, duties, wfm, actor, reason }: Extract<Call, { verb: 'appoint' }>,
  { desk, register }: Scene,
  at: number,
): Promise<Outcome> {
  const known = register.holders.get(person)
  const after: Holder = {
    roles: duties.map((role) => ({ role, from: null, to: null })),
    wfm,
    disabled: false,
    absent: known?.absent ?? [],
  }
  const edits = [{ kind: 'role.put' as const, objectId: person, after }]
  return desk.submit({ basedOn: register.headSeq, reason, edits }, actor, at)
}

/** What became of a change, and its exit code. */
export function say(
  outcome: Outcome,
  what: string,
  { out, err }: Pick<ChangesDeps, 'out' | 'err'>,
): number {
  switch (outcome.kind) {
    case 'applied':
      out(`${what}: done, entries ${outcome.from} to ${outcome.to}`)
      return EXIT.done
    case 'waiting':
      out(`${what}: change ${outcome.proposal} waits for ${outcome.approvers.join(', ')}`)
      return EXIT.done
    case 'refused':
    case 'conflict':
    case 'unavailable':
      err(`${what}: ${outcome.message}`)
      return EXIT.no
  }
}

/** What people typed is printed on a terminal. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
