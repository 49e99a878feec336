import { sha256 } from '../ledger/chain.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { LedgerWriter, PeopleRows } from '../ledger/ledger-writer.ts'
import type { Json } from '../canonical-json.ts'
import { MIN_REASON_LETTERS, type Approval, type LedgerCommand } from '../ledger/entry.ts'
import type { RegisterView } from '../register/register-view.ts'
import type { Register } from '../register/register.ts'
import { dueAt, type Alert, type Due } from './due.ts'
import { responsibleAt, type Responsible } from './escalation.ts'
import type { Office, Proposal, Review } from './governance-state.ts'
import { beforeOf, sameJson, type DirectionOf, type Edit, type JudgedEdit } from './judge-edit.ts'
import { mattersOf } from './matter.ts'
import { judgeAll, objectOf, planChange, type Change, type Plan } from './plan-change.ts'
import { editCommand, proposalPut, readProposal } from './proposal-text.ts'
import { barrierToReview } from './review-rights.ts'
import { standingOf } from './standing.ts'

export interface DeskDeps {
  readonly site: string
  /** This node's copy, to read. */
  readonly ledger: Ledger
  /** Where changes go: the site's ledger. */
  readonly writer: LedgerWriter
  readonly view: RegisterView
  readonly directionOf: DirectionOf
  /** The promises that a policy would break, a sentence each; absent where there is no engine to ask. */
  readonly promisesBrokenBy?: PromisesBrokenBy | undefined
}

/** Of a policy that would take the place of the register's. */
export type PromisesBrokenBy = (
  policy: { readonly text: string; readonly name: string },
  register: Register,
) => Promise<readonly string[]>

export type Outcome =
  /** In force; `from` to `to` are the entries. */
  | { readonly kind: 'applied'; readonly from: number; readonly to: number }
  /** Not in force: `approvers` may say yes now. */
  | { readonly kind: 'waiting'; readonly proposal: string; readonly approvers: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string }
  /** Somebody changed the same thing meanwhile: look again. */
  | { readonly kind: 'conflict'; readonly message: string }
  /** The site's ledger can't be reached, or did not confirm (503): the message says what holds. */
  | { readonly kind: 'unavailable'; readonly message: string }

/**
 * The one way for people to change anything: who may, whose yes it needs, who reviews it. Times are
 * gate time in epoch ms. Any number of desks, in any number of processes, share one ledger.
 */
export class ChangeDesk {
  readonly #deps: DeskDeps

  constructor(deps: DeskDeps) {
    this.#deps = deps
  }

  /** Puts a change in force, or lets it wait for a second person where it must. */
  submit(change: Change, actor: string, at: number): Promise<Outcome> {
    return this.#settle(change.reason, async (register) => {
      const stale = this.#staleness(change, register)
      if (stale !== undefined) return stale
      const { directionOf } = this.#deps
      const plan = planChange(change, { register, directionOf, textOf: this.#textOf, actor, at })
      if (typeof plan === 'string') return refused(plan)
      const broken = await this.#breaking(change.edits, register, change.documents)
      if (broken !== undefined) return broken
      return plan.approvers === null
        ? this.#apply(plan, change, { register, actor, at })
        : this.#propose(plan, change, { register, actor, at })
    })
  }

  /** What edits would do and whose yes they need, with nothing submitted; a text says why they can't be. */
  judge(edits: readonly Edit[], actor: string, at: number): readonly JudgedEdit[] | string {
    const { directionOf, view } = this.#deps
    const textOf = this.#textOf
    return judgeAll(edits, { register: view.current(), directionOf, textOf, actor, at })
  }

  /** Puts a waiting change in force, in the transaction of the yes; for somebody else than its author. */
  approve(proposal: string, actor: string, reason: string, at: number): Promise<Outcome> {
    return this.#settle(reason, async (register) => {
      const decidable = this.#decidable(register, proposal, { actor, at })
      if ('kind' in decidable) return decidable
      const { waiting } = decidable
      const edits = readProposal(waiting.document, this.#textOf)
      const own = edits.find(({ kind, after }) => kind === 'grant.put' && isFor(actor, after))
      if (own !== undefined)
        return refused(`\`${own.objectId}\` is for you: somebody else must decide`)
      const overtaken = this.#overtaken(edits, { register, actor: waiting.author, at })
      if (overtaken !== undefined) return { kind: 'conflict', message: overtaken }
      const broken = await this.#breaking(edits, register)
      if (broken !== undefined) return broken
      if (waiting.approvers === 'head_and_dsl' && waiting.endorsed === null)
        return this.#endorse(proposal, { ...decidable, reason }, { register, actor, at })
      const approval: Approval = {
        needed: true,
        by: actor,
        ts: new Date(at).toISOString(),
        comment: reason,
      }
      const author = { actor: waiting.author, actorRole: waiting.authorRole }
      const commands = edits.map((edit) =>
        editCommand(edit, { reason: waiting.reason, approval, author }),
      )
      const yes = closing('proposal.approve', proposal, reason)
      return this.#append([yes, ...commands], { register, actor, at })
    })
  }

  /** Ends the waiting with a no. */
  refuse(proposal: string, actor: string, reason: string, at: number): Promise<Outcome> {
    return this.#settle(reason, (register) => {
      const decidable = this.#decidable(register, proposal, { actor, at })
      if ('kind' in decidable) return decidable
      const people = this.#namesOf(decidable.waiting, register)
      const refusal = closing('proposal.refuse', proposal, reason)
      return this.#append([refusal], { register, actor, at, people })
    })
  }

  /** The author takes the change back. */
  withdraw(proposal: string, actor: string, reason: string, at: number): Promise<Outcome> {
    return this.#settle(reason, (register) => {
      const found = waitingProposal(register, proposal)
      if ('kind' in found) return found
      if (found.author !== actor) return refused(`proposal ${proposal} is not \`${actor}\`'s`)
      const people = this.#namesOf(found, register)
      const withdrawal = closing('proposal.withdraw', proposal, reason)
      return this.#append([withdrawal], { register, actor, at, people })
    })
  }

  /** Says of entries in force that they were looked at; for somebody else than who made them. */
  review(review: Review, actor: string, at: number): Promise<Outcome> {
    return this.#settle(review.comment, (register) => {
      const barrier = barrierToReview(register, review, { actor, at })
      if (barrier !== undefined) return refused(barrier)
      const { from, to, comment } = review
      const command: LedgerCommand = {
        kind: 'review.put',
        objectId: from === to ? String(from) : `${from}-${to}`,
        before: null,
        after: { ...review },
        direction: 'neutral',
        affectedRoles: [],
        reason: comment,
        approval: null,
      }
      return this.#append([command], { register, actor, at })
    })
  }

  /** Who must act on what now. Alerts that nobody acknowledged are handed in. */
  due(at: number, alerts: readonly Alert[] = []): readonly Due[] {
    return dueAt(this.#deps.view.current(), at, alerts)
  }

  /** The edits of a proposal, waiting or not; undefined where there is no such proposal. */
  editsOf(proposal: string): readonly JudgedEdit[] | undefined {
    const found = this.#deps.view.current().proposals.get(proposal)
    return found && readProposal(found.document, this.#textOf)
  }

  readonly #textOf = (hash: string): string | undefined => this.#deps.ledger.findDocument(hash)

  /** Does it again from the newest register when another desk was first in between. */
  async #settle(reason: string, attempt: Attempt): Promise<Outcome> {
    if (reason.trim().length < MIN_REASON_LETTERS)
      return refused(`the reason \`${reason}\` has less than ${MIN_REASON_LETTERS} letters`)
    for (let count = 0; count < MAX_ATTEMPTS; count += 1) {
      const outcome = await attempt(this.#deps.view.current())
      if (outcome !== undefined) return outcome
    }
    return { kind: 'conflict', message: 'the ledger is too busy; try again' }
  }

  /** Entries behind `basedOn` that touch what the change touches make it stale; others do not. */
  #staleness({ basedOn, edits }: Change, { headSeq }: Register): Outcome | undefined {
    if (!Number.isInteger(basedOn) || basedOn < 0 || basedOn > headSeq)
      return refused(`\`basedOn\` ${basedOn} is not an entry of this ledger`)
    if (headSeq - basedOn > MAX_STALE_ENTRIES)
      return { kind: 'conflict', message: `entry ${basedOn} is long past; look again` }
    const objects = new Set(edits.map(objectOf))
    for (const { seq, kind, object_id: objectId } of this.#deps.ledger.entries(basedOn, headSeq)) {
      if (!objects.has(objectOf({ kind, objectId }))) continue
      return { kind: 'conflict', message: `entry ${seq} changed \`${objectId}\` meanwhile` }
    }
    return undefined
  }

  /** A policy that breaks what the school has promised is nobody's to put in force: the promise changes first. */
  async #breaking(
    edits: readonly Edit[],
    register: Register,
    documents: readonly string[] = [],
  ): Promise<Outcome | undefined> {
    const { promisesBrokenBy } = this.#deps
    if (promisesBrokenBy === undefined) return undefined
    for (const { kind, after } of edits) {
      if (kind !== 'policy.put') continue
      const { document, name } = after as { document: string; name: string }
      const text = documents.find((one) => sha256(one) === document) ?? this.#textOf(document)
      const broken = await promisesBrokenBy({ text: text ?? '', name }, register)
      if (broken.length > 0)
        return refused(`it breaks what the school has promised: ${broken.join('; ')}`)
    }
    return undefined
  }

  /** What it was made from is as it was, and it still needs the yes that it waits for; else why not. */
  #overtaken(edits: readonly JudgedEdit[], desk: Moment): string | undefined {
    const { register } = desk
    const moved = edits.find((edit) => !sameJson(edit.before, beforeOf(edit, register)))
    if (moved !== undefined)
      return `\`${moved.objectId}\` (${moved.kind}) is not what it was when this was proposed`
    const { directionOf } = this.#deps
    const judged = judgeAll(edits.map(editOf), { ...desk, directionOf, textOf: this.#textOf })
    if (typeof judged === 'string') return judged
    const other = judged.find(({ approvers }, index) => approvers !== edits[index]?.approvers)
    return other && `\`${other.objectId}\` (${other.kind}) needs another's yes by now`
  }

  /** Of people who would have come in with a change that will not be: their names go again. */
  #namesOf({ document }: Proposal, { people }: Register): PeopleRows {
    return readProposal(document, this.#textOf)
      .filter(({ kind, objectId }) => kind === 'person.put' && !people.has(objectId))
      .map(({ objectId }) => [objectId, null] as const)
  }

  #apply({ edits, duty }: Plan, { reason, documents, people }: Change, desk: Moment): Attempted {
    const commands = edits.map((edit) => editCommand(edit, { reason, approval: null }))
    return this.#append(commands, { ...desk, actorRole: duty, documents, people })
  }

  async #propose(plan: Plan, change: Change, desk: Moment): Attempted {
    const { register, actor, at } = desk
    if (plan.approvers === null) return undefined
    const seq = register.headSeq + 1
    const { reason, basedOn, documents = [], people } = change
    const { edits, approvers } = plan
    const { id, command, text } = proposalPut({ edits, approvers, basedOn, reason, seq })
    const appended = await this.#append([command], {
      ...desk,
      actorRole: plan.duty,
      documents: [...documents, text],
      people,
    })
    if (appended?.kind !== 'applied') return appended
    const waiting = { author: actor, approvers, endorsed: null, at: new Date(at).toISOString() }
    return { kind: 'waiting', proposal: id, approvers: whoMay(register, waiting, at) }
  }

  /** The first yes of two: the change is as it was, and waits for the other office alone. */
  async #endorse(
    proposal: string,
    { waiting, office, reason }: Decidable & { readonly reason: string },
    desk: Moment,
  ): Attempted {
    const { register, actor, at } = desk
    const command = { ...closing('proposal.endorse', proposal, reason), after: { office } }
    const appended = await this.#append([command], desk)
    if (appended?.kind !== 'applied') return appended
    const endorsed = { by: actor, office }
    return { kind: 'waiting', proposal, approvers: whoMay(register, { ...waiting, endorsed }, at) }
  }

  #decidable(register: Register, proposal: string, { actor, at }: Who): Decidable | Outcome {
    const found = waitingProposal(register, proposal)
    if ('kind' in found) return found
    if (found.author === actor)
      return refused(`proposal ${proposal} is your own: somebody else must decide`)
    const asked = mattersOf(register, found, at).map(({ group: office, ...matter }) => ({
      office,
      ...responsibleAt(register, { group: office, ...matter }, at),
    }))
    const mine = asked.find(({ may }) => may.includes(actor))
    if (mine !== undefined) return { waiting: found, office: mine.office }
    const whom = asked.map(askOf).join(', and ')
    return refused(`\`${actor}\` may not decide proposal ${proposal}: ${whom}`)
  }

  /** Undefined when another writer was first. */
  async #append(commands: readonly LedgerCommand[], desk: Appending): Attempted {
    const { register, actor, at, documents = [], people = [] } = desk
    const actorRole = desk.actorRole ?? standingOf(register, actor, at).duties.join('+')
    const { site, writer } = this.#deps
    const basedOn = register.headSeq
    const appended = await writer.append(commands, {
      ...{ site, actor, actorRole, at, basedOn, documents, people },
    })
    if (appended.kind === 'conflict') return undefined
    if (appended.kind !== 'appended') return appended
    return { kind: 'applied', from: basedOn + 1, to: appended.head.seq }
  }
}

/** Between reading the register and appending lie milliseconds: losing so often is a writer gone mad. */
const MAX_ATTEMPTS = 20

/** A page that was opened a term ago; reading what came since would take the gate a second. */
const MAX_STALE_ENTRIES = 50_000

/** Undefined when another writer was first: try again from what is there now. */
type Attempted = Promise<Outcome | undefined>
type Attempt = (register: Register) => Outcome | Attempted

interface Who {
  readonly actor: string
  readonly at: number
}

interface Moment extends Who {
  readonly register: Register
}

/** A proposal that somebody may decide, and for which office he would. */
interface Decidable {
  readonly waiting: Proposal
  readonly office: Office
}

interface Appending extends Moment {
  readonly actorRole?: string
  readonly documents?: readonly string[] | undefined
  readonly people?: PeopleRows | undefined
}

function refused(message: string): Outcome {
  return { kind: 'refused', message }
}

function whoMay(
  register: Register,
  waiting: Parameters<typeof mattersOf>[1],
  at: number,
): readonly string[] {
  const matters = mattersOf(register, waiting, at)
  return [...new Set(matters.flatMap((matter) => responsibleAt(register, matter, at).may))]
}

/** Nobody decides on a permission of his own, whoever asked for it. */
function isFor(person: string, grant: Json): boolean {
  return (grant as { readonly person?: unknown } | null)?.person === person
}

/** Without what it was judged to be. */
function editOf({ kind, objectId, after }: JudgedEdit): Edit {
  return { kind, objectId, after }
}

function waitingProposal(register: Register, proposal: string): Proposal | Outcome {
  const found = register.proposals.get(proposal)
  if (found === undefined) return refused(`there is no proposal ${proposal}`)
  if (found.state === 'waiting') return found
  return refused(`proposal ${proposal} is ${found.state} already, by \`${found.closedBy ?? ''}\``)
}

function closing(
  kind: 'proposal.endorse' | 'proposal.approve' | 'proposal.refuse' | 'proposal.withdraw',
  proposal: string,
  reason: string,
): LedgerCommand {
  return {
    kind,
    objectId: proposal,
    before: null,
    after: null,
    direction: 'neutral',
    affectedRoles: [],
    reason,
    approval: null,
  }
}

function askOf({ may, passesAt }: Responsible): string {
  const now = may.length === 0 ? 'nobody who may is there' : `ask ${may.join(', ')}`
  return passesAt === null ? now : `${now}; it passes on at ${new Date(passesAt).toISOString()}`
}
