import { MIN_REASON_LETTERS } from '../ledger/entry.ts'
import type { LedgerCommand } from '../ledger/entry.ts'
import type { AccessLog } from './access-log.ts'
import type { JournalView } from './journal-view.ts'
import { viewerOf } from './viewer-pseudonyms.ts'

export interface UnmaskRequest {
  readonly pseudonym: string
  readonly askedBy: string
  readonly role: string
  readonly agreedBy: string
  readonly agreedRole: string
  readonly reason: string
  /** When the pseudonym was seen, epoch ms: it is good for that term. */
  readonly seenAt: number
  /** Gate time, epoch ms. */
  readonly at: number
}

/** What goes into the ledger: that, why and with whom somebody learned who it was. */
export type UnmaskCommand = Omit<LedgerCommand, 'kind'> & { readonly kind: 'unmask.put' }

export interface UnmaskParts {
  readonly view: JournalView
  readonly log: AccessLog
  readonly nameOf: (personRef: string) => string | null
  /** Puts the command into the ledger; a text says why it did not. */
  readonly append: (command: UnmaskCommand) => string | null | Promise<string | null>
}

export interface Unmasked {
  readonly personRef: string
  readonly name: string | null
}

/**
 * Who is behind a pseudonym: for a reason, with a second person who sees names, and noted in the ledger
 * before it is told. A text says why not.
 */
export async function unmask(
  request: UnmaskRequest,
  parts: UnmaskParts,
): Promise<Unmasked | string> {
  const refusal = refuse(request)
  if (refusal !== null) return refusal
  const { pseudonym, askedBy, role, reason, seenAt, at } = request
  const known = parts.view.resolve(pseudonym, viewerOf(role), { from: seenAt, to: seenAt })
  if (known === null) return `nobody is \`${pseudonym}\` to ${role} in that term`
  const { personRef } = known
  const problem = await parts.append(commandOf(request, personRef))
  if (problem !== null) return problem
  parts.log.note({ at, viewer: askedBy, role, query: { unmask: pseudonym }, rows: 1, reason })
  return { personRef, name: parts.nameOf(personRef) }
}

function refuse({ reason, askedBy, agreedBy, agreedRole }: UnmaskRequest): string | null {
  if (reason.trim().length < MIN_REASON_LETTERS)
    return `a reason has ${MIN_REASON_LETTERS} letters or more`
  if (askedBy === agreedBy) return 'somebody else must agree, even where one person holds two roles'
  if (!viewerOf(agreedRole).isNamed) return `\`${agreedRole}\` does not see names, so cannot agree`
  return null
}

function commandOf(request: UnmaskRequest, personRef: string): UnmaskCommand {
  const { pseudonym, askedBy, role, agreedBy, reason, at } = request
  return {
    kind: 'unmask.put',
    objectId: pseudonym,
    before: null,
    after: { asked_by: askedBy, viewer_class: role, person_ref: personRef },
    direction: 'neutral',
    affectedRoles: [],
    reason,
    approval: { needed: true, by: agreedBy, ts: new Date(at).toISOString(), comment: null },
  }
}
