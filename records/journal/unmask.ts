import type { ChangeDesk, Outcome } from '../governance/change-desk.ts'
import type { Unmasking } from '../governance/governance-state.ts'
import type { RegisterView } from '../register/register-view.ts'
import type { AccessLog } from './access-log.ts'
import type { JournalView, Resolved } from './journal-view.ts'
import { viewerOf } from './viewer-pseudonyms.ts'

export interface UnmaskRequest {
  readonly pseudonym: string
  readonly askedBy: string
  /** The duty in which he looks: the pseudonym is that duty's. */
  readonly role: string
  readonly reason: string
  /** When the pseudonym was seen, epoch ms: it is good for that term. */
  readonly seenAt: number
  /** Gate time, epoch ms. */
  readonly at: number
}

export interface UnmaskParts {
  readonly view: JournalView
  readonly log: AccessLog
  readonly nameOf: (personRef: string) => string | null
  readonly register: RegisterView
  readonly desk: ChangeDesk
}

export type Unmasked =
  | { readonly kind: 'told'; readonly personRef: string; readonly name: string | null }
  | Exclude<Outcome, { readonly kind: 'applied' }>

/** A yes is for the matter at hand; next week's curiosity asks again. */
const GOOD_FOR_MS = 24 * 3_600_000

/**
 * Who is behind a pseudonym. The first call asks: it is a change that waits for the safeguarding lead, in
 * the ledger with its reason and without the person. Within a day of the yes the same call tells, and the
 * look is noted before it is told.
 */
export async function unmask(request: UnmaskRequest, parts: UnmaskParts): Promise<Unmasked> {
  const { pseudonym, role, seenAt } = request
  const known = parts.view.resolve(pseudonym, viewerOf(role), { from: seenAt, to: seenAt })
  if (known === null)
    return { kind: 'refused', message: `nobody is \`${pseudonym}\` to ${role} in that term` }
  const leave = parts.register.current().unmaskings.get(pseudonym)
  if (leave !== undefined && isLeaveFor(request, leave)) return tell(request, known, parts)
  const outcome = await ask(request, parts)
  if (outcome.kind !== 'applied') return outcome
  // Nobody's own word is enough here, so a desk that asked nobody is at fault.
  return { kind: 'refused', message: 'a second person was not asked' }
}

function isLeaveFor({ askedBy, role, at }: UnmaskRequest, leave: Unmasking): boolean {
  const age = at - Date.parse(leave.approvedAt)
  const isSecond = leave.approvedBy !== null && leave.approvedBy !== askedBy
  const isTheirs = leave.askedBy === askedBy && leave.viewerClass === role
  return isSecond && isTheirs && age >= 0 && age < GOOD_FOR_MS
}

function tell(
  { pseudonym, askedBy, role, reason, at }: UnmaskRequest,
  { personRef }: Resolved,
  { log, nameOf }: UnmaskParts,
): Unmasked {
  const look = { at, viewer: askedBy, role, query: { unmask: pseudonym }, rows: 1, reason }
  log.note({ ...look, people: [personRef] })
  return { kind: 'told', personRef, name: nameOf(personRef) }
}

function ask(request: UnmaskRequest, { register, desk }: UnmaskParts): Promise<Outcome> {
  const { pseudonym, askedBy, role, reason, seenAt, at } = request
  const { headSeq: basedOn, proposals } = register.current()
  const edit = {
    kind: 'unmask.put' as const,
    objectId: pseudonym,
    after: { viewer_class: role, seen_at: new Date(seenAt).toISOString() },
  }
  const waiting = [...proposals].find(
    ([id, { author, state }]) =>
      author === askedBy &&
      state === 'waiting' &&
      desk
        .editsOf(id)
        ?.some(({ kind, objectId }) => kind === 'unmask.put' && objectId === pseudonym),
  )
  if (waiting !== undefined)
    return Promise.resolve({ kind: 'waiting', proposal: waiting[0], approvers: [] })
  return desk.submit({ basedOn, reason, edits: [edit] }, askedBy, at)
}
