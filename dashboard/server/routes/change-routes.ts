import { z } from 'zod'
import type { Json } from '../../../records/canonical-json.ts'
import type { QueuedChange } from '../../../records/governance/governance-state.ts'
import { policyOf } from '../../../records/governance/judged-permission.ts'
import { EDIT_KINDS } from '../../../records/governance/permissions.ts'
import type { JudgedEdit } from '../../../records/governance/judge-edit.ts'
import { describeChange } from '../../../records/ledger/describe-entry.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { overdueAt } from '../../../records/governance/review-deadline.ts'
import { undoOf } from '../../../records/governance/undo-entry.ts'
import type { Register } from '../../../records/register/register.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { outcomeOf } from '../outcome.ts'
import { ProblemError } from '../problem.ts'
import { route, type Desk } from '../route.ts'

const reason = z.string().max(2_000)
const proposalId = z.strictObject({ id: z.string().regex(/^[0-9a-z-]{1,40}$/) })
const json = z.json() as z.ZodType<Json>

/** More edits at once are a file, which the gate imports. */
const MAX_EDITS = 200
const PAGE = 100

export const CHANGE_ROUTES = [
  route({
    method: 'POST',
    url: '/api/changes',
    // The desk knows who may submit what, in which direction and of whose: `records/governance/permissions.ts`.
    access: 'signed_in',
    summary: 'Change something: in force at once, or waiting for a second person',
    body: z.strictObject({
      /** The entry up to which the page was made. */
      basedOn: z.int().min(0),
      reason,
      edits: z
        .array(
          z.strictObject({
            kind: z.enum(EDIT_KINDS),
            objectId: z.string().min(1).max(200),
            after: json.nullable(),
          }),
        )
        .min(1)
        .max(MAX_EDITS),
      /** Texts that the edits name by hash: a policy. */
      documents: z.array(z.string().max(2_000_000)).max(4).default([]),
    }),
    handle: async ({ body, desk, at }, actor) =>
      outcomeOf(await desk.school.desk.submit(body, actor.personRef, at)),
  }),
  route({
    method: 'GET',
    url: '/api/changes',
    access: 'changes.read',
    summary: 'What waits: for a second person, and for a review',
    handle: ({ desk, scope }) => {
      const register = desk.school.register()
      const proposals = [...register.proposals].filter(([, { state }]) => state === 'waiting')
      const queue = [...register.queue.values()]
      if (scope !== 'full') return { waiting: proposals.length, unreviewed: queue.length }
      return {
        headSeq: register.headSeq,
        waiting: proposals.map(([id, proposal]) => ({
          id,
          ...proposal,
          authorName: desk.school.nameOf(proposal.author),
        })),
        queue: overdueFirst(queue, register).map((change) => ({
          ...change,
          actorName: desk.school.nameOf(change.actor),
          text: textOfEntry(desk, change.seq),
        })),
        due: desk.school.desk.due(desk.school.now()),
      }
    },
  }),
  route({
    method: 'GET',
    url: '/api/changes/:id',
    access: 'changes.read',
    summary: 'One change that waits, or has waited: its edits and what they do to people',
    params: proposalId,
    handle: ({ params, desk, scope }) => {
      if (scope !== 'full') throw new ProblemError('forbidden', 'you see counts of changes only')
      const found = desk.school.register().proposals.get(params.id)
      const edits = desk.school.desk.editsOf(params.id)
      if (found === undefined || edits === undefined)
        throw new ProblemError('not_found', `there is no change \`${params.id}\``)
      const { nameOf } = desk.school
      return {
        ...{ id: params.id, ...found, authorName: nameOf(found.author) },
        edits: edits.map((edit) => describeEdit(edit, { desk, isOpen: found.state === 'waiting' })),
      }
    },
  }),
  route({
    method: 'POST',
    url: '/api/changes/:id/decision',
    access: 'signed_in',
    summary: 'Approve, refuse or withdraw a change that waits',
    params: proposalId,
    body: z.strictObject({ decision: z.enum(['approve', 'refuse', 'withdraw']), reason }),
    handle: async ({ params, body, desk, at }, actor) =>
      outcomeOf(await desk.school.desk[body.decision](params.id, actor.personRef, body.reason, at)),
  }),
  route({
    method: 'POST',
    url: '/api/reviews',
    access: 'changes.review',
    summary: 'Say of entries in force that you have looked at them',
    body: z.strictObject({
      from: z.int().min(1),
      to: z.int().min(1),
      result: z.enum(['reviewed', 'query', 'reject']),
      comment: reason,
    }),
    handle: async ({ body, desk, at }, actor) =>
      outcomeOf(await desk.school.desk.review(body, actor.personRef, at)),
  }),
  route({
    method: 'GET',
    url: '/api/log',
    access: 'changes.read',
    summary: 'The change log, newest first, 100 entries a page',
    query: z.strictObject({ before: z.coerce.number().int().min(1).optional() }),
    handle: ({ query, desk, scope }) => {
      if (scope !== 'full') throw new ProblemError('forbidden', 'you see counts of changes only')
      const { headSeq, queue } = desk.school.register()
      const to = Math.min(query.before === undefined ? headSeq : query.before - 1, headSeq)
      const from = Math.max(to - PAGE, 0)
      const entries = [...desk.school.ledger.entries(from, to)].toReversed().map((entry) => ({
        ...entry,
        text: describeChange(entry),
        actorName: desk.school.nameOf(entry.actor),
        isUnreviewed: queue.has(String(entry.seq)),
      }))
      return { entries, before: from === 0 ? null : from + 1 }
    },
  }),
  route({
    method: 'GET',
    url: '/api/log/:seq/undo',
    access: 'changes.read',
    summary: 'The edit that would take an entry back, and what it would do',
    params: z.strictObject({ seq: z.coerce.number().int().min(1) }),
    handle: ({ params: { seq }, desk, scope }) => {
      if (scope !== 'full') throw new ProblemError('forbidden', 'you see counts of changes only')
      const { headSeq } = desk.school.register()
      const [entry] = seq > headSeq ? [] : [...desk.school.ledger.entries(seq - 1, seq)]
      if (entry === undefined) throw new ProblemError('not_found', `there is no entry ${seq}`)
      const edit = undoOf(entry)
      if (typeof edit === 'string') throw new ProblemError('refused', edit)
      return { headSeq, edit, text: describeChange(entry) }
    },
  }),
  route({
    method: 'POST',
    url: '/api/log/verify',
    access: 'changes.read',
    summary: 'Whether the chain is whole, in words',
    perMinute: 6,
    handle: ({ desk }) => verifyLedger(desk.school.ledger),
  }),
]

type Overdue = QueuedChange & { readonly overdueAt: string | null }

/** What must be looked at first on top, then the rest in the order of the ledger. */
function overdueFirst(queue: readonly QueuedChange[], register: Register): readonly Overdue[] {
  const policy = policyOf(register)
  const time = policy === null ? null : new SchoolTime(policy.time)
  const isSchoolDay = (at: number): boolean => time?.at(at).dayKind !== 'closed'
  return queue
    .map((change) => ({ change, by: overdueAt(change, isSchoolDay) }))
    .toSorted((a, b) => (a.by ?? Infinity) - (b.by ?? Infinity) || 0)
    .map(({ change, by }) => ({
      ...change,
      overdueAt: by === null ? null : new Date(by).toISOString(),
    }))
}

function describeEdit(
  edit: JudgedEdit,
  { desk, isOpen }: { desk: Desk; isOpen: boolean },
): unknown {
  // What was decided is compared with the register of its day; only what waits can still change this one.
  return { ...edit, effects: isOpen ? desk.school.effectsOf(edit) : [] }
}

function textOfEntry({ school }: Desk, seq: number): string {
  const [entry] = [...school.ledger.entries(seq - 1, seq)]
  return entry === undefined ? '' : describeChange(entry)
}
