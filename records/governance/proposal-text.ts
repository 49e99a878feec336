import { z } from 'zod'
import { canonicalJson, type Json } from '../canonical-json.ts'
import { sha256 } from '../ledger/chain.ts'
import type { Direction, LedgerCommand } from '../ledger/entry.ts'
import type { TextOf } from '../register/projection.ts'
import { ROLES } from '../../rules/subject.ts'
import { APPROVER_GROUPS, type ApproverGroup } from './governance-state.ts'
import type { JudgedEdit } from './judge-edit.ts'
import { EDIT_KINDS } from './permissions.ts'

/** As the ledger keeps them while they wait: one text, apart from the entry, for an intake has thousands. */
const proposedEdits: z.ZodType<readonly JudgedEdit[]> = z.array(
  z.strictObject({
    kind: z.enum(EDIT_KINDS),
    objectId: z.string(),
    before: z.json(),
    after: z.json(),
    direction: z.enum(['tighten', 'loosen', 'neutral']),
    loosensPupils: z.boolean(),
    affectedRoles: z.array(z.enum(ROLES)),
    approvers: z.enum(APPROVER_GROUPS).nullable(),
  }),
)

/** The one text of some edits, whoever judged them: what is waiting already has the same. */
export function proposalText(edits: readonly JudgedEdit[]): string {
  return canonicalJson(
    edits.map(({ kind, objectId, before, after, ...judged }): Json => {
      const { direction, loosensPupils, affectedRoles, approvers } = judged
      const effect = { direction, loosensPupils, affectedRoles, approvers }
      return { kind, objectId, before, after, ...effect }
    }),
  )
}

/** The edits of a proposal; throws when the ledger has lost the text. */
export function readProposal(document: string, textOf: TextOf): readonly JudgedEdit[] {
  const text = textOf(document)
  if (text === undefined) throw new Error(`the text \`${document}\` of a proposal is missing`)
  return proposedEdits.parse(JSON.parse(text))
}

/** Loosening one thing is loosening, however much else gets stricter. */
export function directionOfAll(edits: readonly JudgedEdit[]): Direction {
  if (edits.some(({ direction }) => direction === 'loosen')) return 'loosen'
  return edits.some(({ direction }) => direction === 'tighten') ? 'tighten' : 'neutral'
}

export interface Proposing {
  readonly edits: readonly JudgedEdit[]
  readonly approvers: ApproverGroup
  readonly basedOn: number
  readonly reason: string
  /** The `seq` that the entry will have. */
  readonly seq: number
}

/** The command that makes edits wait, and the text it points to. It changes nothing, so it is neutral. */
export function proposalPut(proposing: Proposing): {
  readonly id: string
  readonly command: LedgerCommand
  readonly text: string
} {
  const { edits, approvers, basedOn, reason, seq } = proposing
  const text = proposalText(edits)
  const after = {
    document: sha256(text),
    name: 'changes',
    basedOn,
    edits: edits.length,
    direction: directionOfAll(edits),
    loosensPupils: edits.some((edit) => edit.loosensPupils),
    approvers,
  }
  // The digits of its text keep it apart from what another branch of the chain put under the same number.
  const id = `${seq}-${after.document.slice(0, 4)}`
  const affectedRoles = ROLES.filter((role) =>
    edits.some((edit) => edit.affectedRoles.includes(role)),
  )
  const command: LedgerCommand = {
    kind: 'proposal.put',
    objectId: id,
    before: null,
    after,
    direction: 'neutral',
    affectedRoles,
    reason,
    approval: null,
  }
  return { id, command, text }
}

/** The command that puts one edit in force. */
export function editCommand(
  { kind, objectId, before, after, direction, affectedRoles }: JudgedEdit,
  { reason, approval, author }: Pick<LedgerCommand, 'reason' | 'approval' | 'author'>,
): LedgerCommand {
  const what = { kind, objectId, before, after, direction, affectedRoles, reason, approval }
  return author === undefined ? what : { ...what, author }
}
