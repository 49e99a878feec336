import { dayAt } from '../governance/judge-lesson.ts'
import type { ChangeDesk, Outcome } from '../governance/change-desk.ts'
import type { Edit, JudgedEdit } from '../governance/judge-edit.ts'
import { MAX_EDITS, objectOf } from '../governance/plan-change.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { PeopleRows } from '../ledger/ledger-writer.ts'
import { People } from '../people/people.ts'
import type { RegisterView } from '../register/register-view.ts'
import type { Register } from '../register/register.ts'
import { describeProblem } from '../../rules/policy/yaml-source.ts'
import { describeEdit } from './describe-edit.ts'
import { planImport, type ImportPlan } from './plan-import.ts'
import type { ReadContext, ReadRoster } from './read-list.ts'

export interface ImportDeps {
  readonly desk: ChangeDesk
  /** This node's copy. */
  readonly ledger: Ledger
  readonly view: RegisterView | { readonly current: () => Register }
}

export interface ImportOrder {
  /** What comes in, read against the newest register. */
  readonly read: (context: ReadContext) => ReadRoster
  /** The list is the whole school: what is not in it goes. */
  readonly whole: boolean
  /** How many people, devices and classes may go, said by who knows; null: nobody said. */
  readonly removes: number | null
  /** Null: only tried, and nothing is changed. */
  readonly by: { readonly actor: string; readonly reason: string } | null
  /** Gate time, epoch ms. */
  readonly at: number
}

/** What an import does or has done. */
export interface ImportResult {
  /** `tried` changed nothing, because nobody asked it to; `refused` because of `message`. */
  readonly state: 'tried' | 'applied' | 'refused'
  readonly message: string | null
  /** Good rows. */
  readonly rows: number
  /** `file:line:col: column: message`; at most ten thousand. */
  readonly problems: readonly string[]
  readonly problemCount: number
  readonly notes: readonly string[]
  /** The difference, a line each, at most `MAX_LINES`. */
  readonly lines: readonly string[]
  readonly added: number
  readonly changed: number
  readonly removed: number
  /** Of these, what is in force only when a second person has agreed. */
  readonly waits: number
  /** What waits already from an earlier import, beside these. */
  readonly waitsAlready: number
  /** The entries of what is in force; null: none. */
  readonly entries: { readonly from: number; readonly to: number } | null
  /** The change that waits, and who may agree to it. */
  readonly proposal: { readonly id: string; readonly approvers: readonly string[] } | null
}

/** More lines nobody reads on a page; the counts say how many there are. */
const MAX_LINES = 2_000

/**
 * Reads a list and brings the register up to it, as one person: what opens nothing for pupils at once, the
 * rest as one change that waits. Bad rows are left out and told, good ones count. What is
 * refused leaves the register as it was; of more than `MAX_EDITS` what was in force before the refusal stays.
 */
export async function runImport(order: ImportOrder, deps: ImportDeps): Promise<ImportResult> {
  const register = deps.view.current()
  const people = new People(deps.ledger.db)
  const today = dayAt(order.at, register)
  const context = { register, emails: people.accounts(), whole: order.whole, today }
  const read = order.read(context)
  const told = toldOf(read)
  if (read.roster === null)
    return { ...told, state: 'refused', message: 'nothing of it can be used' }
  const plan = planImport(read.roster, register, people)
  const { fresh, waitsAlready } = withoutWaiting(plan.edits, register, deps.desk)
  const judged = fresh.length === 0 ? [] : deps.desk.judge(fresh, order.by?.actor ?? '', order.at)
  if (typeof judged === 'string') return { ...told, state: 'refused', message: judged }
  const later = judged.filter(({ approvers }) => approvers !== null)
  const result = {
    ...{ ...told, ...difference(fresh, register), waits: later.length, waitsAlready },
    notes: [...told.notes, ...notesOf(plan)],
  }
  const barrier = barrierOf(plan, order)
  if (barrier !== null) return { ...result, state: 'refused', message: barrier }
  if (order.by === null || judged.length === 0) return { ...result, state: 'tried' }
  const now = judged.filter(({ approvers }) => approvers === null)
  const submitted = await submit(now, later, { plan, order: { ...order, by: order.by }, deps })
  return { ...result, ...submitted }
}

function toldOf({ problems, rows, notes }: ReadRoster): ImportResult {
  return {
    ...{ state: 'tried', message: null, rows, notes },
    problems: problems.kept.map(describeProblem),
    problemCount: problems.count,
    ...{ lines: [], added: 0, changed: 0, removed: 0, waits: 0, waitsAlready: 0 },
    ...{ entries: null, proposal: null },
  }
}

function notesOf({ leaversOnDuty }: ImportPlan): readonly string[] {
  if (leaversOnDuty.length === 0) return []
  return [`who leaves still has duties, which the head takes away: ${leaversOnDuty.join(', ')}`]
}

/** A number that is wrong is refused as well: whoever says it has looked at another difference. */
function barrierOf({ guard, removes }: ImportPlan, order: ImportOrder): string | null {
  if (order.removes !== null && order.removes !== removes)
    return `it takes away ${removes}, not ${order.removes}`
  if (guard === null || order.removes === removes) return null
  return `${guard}; if it is none, say how many go: ${removes}`
}

function difference(edits: readonly Edit[], register: Register) {
  const lines: string[] = []
  const counts = { '+': 0, '~': 0, '-': 0 }
  for (const edit of edits) {
    const line = describeEdit(edit, register)
    counts[line.charAt(0) as keyof typeof counts] += 1
    if (lines.length < MAX_LINES) lines.push(line)
  }
  return { lines, added: counts['+'], changed: counts['~'], removed: counts['-'] }
}

/** The same list twice proposes nothing twice. */
function withoutWaiting(edits: readonly Edit[], { proposals }: Register, desk: ChangeDesk) {
  const textOf = (edit: Edit): string => `${objectOf(edit)} ${canonicalJson(edit.after)}`
  const waiting = new Set(
    [...proposals]
      .filter(([, { state }]) => state === 'waiting')
      .flatMap(([id]) => (desk.editsOf(id) ?? []).map(textOf)),
  )
  const fresh = waiting.size === 0 ? edits : edits.filter((edit) => !waiting.has(textOf(edit)))
  return { fresh, waitsAlready: edits.length - fresh.length }
}

interface Submission {
  readonly plan: ImportPlan
  readonly order: ImportOrder & { readonly by: NonNullable<ImportOrder['by']> }
  readonly deps: ImportDeps
}

type Submitted = Pick<ImportResult, 'state' | 'message' | 'entries' | 'proposal'>

async function submit(
  now: readonly JudgedEdit[],
  later: readonly JudgedEdit[],
  { plan, order, deps }: Submission,
): Promise<Submitted> {
  const done: { -readonly [K in keyof Submitted]: Submitted[K] } = {
    ...{ state: 'applied', message: null, entries: null, proposal: null },
  }
  for (const edits of [...chunksOf(now), ...chunksOf(later)]) {
    const outcome = await submitSome(edits, plan.people, { order, deps })
    if (outcome.kind === 'applied')
      done.entries = { from: done.entries?.from ?? outcome.from, to: outcome.to }
    else if (outcome.kind === 'waiting')
      done.proposal = { id: outcome.proposal, approvers: outcome.approvers }
    else
      return {
        ...done,
        state: done.entries === null ? 'refused' : 'applied',
        message: outcome.message,
      }
  }
  return done
}

function submitSome(
  edits: readonly JudgedEdit[],
  people: PeopleRows,
  { order, deps }: Omit<Submission, 'plan'>,
): Promise<Outcome> {
  const { actor, reason } = order.by
  const named = new Set(
    edits.filter(({ kind }) => kind === 'person.put').map(({ objectId }) => objectId),
  )
  const change = {
    basedOn: deps.view.current().headSeq,
    reason,
    edits: edits.map(({ kind, objectId, after }) => ({ kind, objectId, after })),
    people: people.filter(([ref]) => named.has(ref)),
  }
  return deps.desk.submit(change, actor, order.at)
}

/** As many as one change may hold. */
function chunksOf(edits: readonly JudgedEdit[]): JudgedEdit[][] {
  const chunks: JudgedEdit[][] = []
  for (let at = 0; at < edits.length; at += MAX_EDITS) chunks.push(edits.slice(at, at + MAX_EDITS))
  return chunks
}
