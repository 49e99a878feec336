import { sha256 } from '../ledger/chain.ts'
import type { PeopleRows } from '../ledger/ledger-writer.ts'
import type { ApproverGroup, Duty } from './governance-state.ts'
import { judgeEdit, type DirectionOf, type Edit, type JudgedEdit } from './judge-edit.ts'
import { CONSOLE } from './matter.ts'
import { dutyFor } from './permissions.ts'
import { rehearse } from './rehearse.ts'
import { standingOf } from './standing.ts'
import type { TextOf } from '../register/projection.ts'
import type { Register } from '../register/register.ts'

/** What somebody wants to be otherwise, with the state of the ledger that he looked at. */
export interface Change {
  /** `headSeq` of the register that the change was made from. */
  readonly basedOn: number
  readonly reason: string
  readonly edits: readonly Edit[]
  /** Texts that the edits point to by hash: a policy's. */
  readonly documents?: readonly string[]
  /** Names that go beside the ledger with `person.put`; each edit holds the commitment to its row. */
  readonly people?: PeopleRows
}

export interface Plan {
  readonly edits: readonly JudgedEdit[]
  /** In which duty the author acts. */
  readonly duty: Duty | 'console'
  /** Null: in force at once. */
  readonly approvers: ApproverGroup | null
}

export interface PlanDeps {
  readonly register: Register
  readonly directionOf: DirectionOf
  readonly textOf: TextOf
  readonly actor: string
  /** Epoch ms. */
  readonly at: number
}

/** An intake has some thousand devices; more in one change is a program gone wild. */
export const MAX_EDITS = 20_000

/** What the change comes to and whether its author may make it; a text says why not. */
export function planChange({ edits: wanted, documents }: Change, deps: PlanDeps): Plan | string {
  const edits = judgeAll(wanted, { ...deps, textOf: withTexts(documents ?? [], deps.textOf) })
  if (typeof edits === 'string') return edits
  const duty = dutyOfAll(edits, deps)
  if (duty === undefined) return refusal(edits, deps)
  // Nobody has a duty, so nobody could approve: what founds the duties is reviewed afterwards.
  if (duty === CONSOLE) return { edits, duty, approvers: null }
  const groups = new Set(edits.map(({ approvers }) => approvers).filter((group) => group !== null))
  const [approvers = null, other] = groups
  if (other !== undefined) return 'the change needs the yes of two offices; make two of it'
  return { edits, duty, approvers }
}

/** What the edits do to the register as it is now; a text says why they can't be. */
export function judgeAll(wanted: readonly Edit[], deps: PlanDeps): readonly JudgedEdit[] | string {
  const { register, actor, textOf } = deps
  const shape = faultOfShape(wanted)
  if (shape !== undefined) return shape
  const after = rehearse(wanted, register, textOf)
  if (typeof after === 'string') return after
  const edits: JudgedEdit[] = []
  for (const edit of wanted) {
    const judged = judgeEdit(edit, actor, deps)
    if (typeof judged === 'string') return judged
    edits.push(judged)
  }
  return faultOfDuties(edits, after, deps.at) ?? faultOfCover(edits, after, deps) ?? edits
}

/** The texts of a change beside those of the ledger. */
function withTexts(documents: readonly string[], textOf: TextOf): TextOf {
  const own = new Map(documents.map((text) => [sha256(text), text]))
  return (hash) => own.get(hash) ?? textOf(hash)
}

function faultOfShape(edits: readonly Edit[]): string | undefined {
  if (edits.length === 0) return 'the change holds no edit'
  if (edits.length > MAX_EDITS) return `the change holds more than ${MAX_EDITS} edits`
  const seen = new Set<string>()
  for (const { kind, objectId } of edits) {
    const object = objectOf({ kind, objectId })
    // Two edits of one object would each be judged against what is, not against each other.
    if (seen.has(object)) return `\`${objectId}\` is edited twice in one change`
    seen.add(object)
  }
  return undefined
}

/** The object of an edit or entry; kinds that put and take away the same thing share it. */
export function objectOf({ kind, objectId }: { kind: string; objectId: string }): string {
  return `${kind.slice(0, kind.indexOf('.'))} ${objectId}`
}

/** A school without a head can't give anybody a duty any more. */
function faultOfDuties(
  edits: readonly JudgedEdit[],
  after: Register,
  at: number,
): string | undefined {
  if (!edits.some(({ kind }) => kind.startsWith('role.'))) return undefined
  const heads = [...after.holders.values()].filter(
    ({ disabled, roles }) =>
      !disabled &&
      roles.some(({ role, to }) => role === 'head' && (to === null || Date.parse(to) > at)),
  )
  return heads.length > 0 ? undefined : 'nobody would be head, and only a head can give duties'
}

/** Who may stand in for whom: somebody who already carries part of it. */
const MAY_COVER: Readonly<Record<string, readonly Duty[]>> = {
  dsl: ['deputy_dsl', 'head', 'slt'],
  head: ['slt', 'deputy_dsl'],
  network_manager: ['it'],
}

function faultOfCover(
  edits: readonly JudgedEdit[],
  after: Register,
  { actor, at }: PlanDeps,
): string | undefined {
  for (const { kind, objectId } of edits) {
    const cover = kind === 'cover.put' ? after.covers.get(objectId) : undefined
    if (cover === undefined) continue
    if (Date.parse(cover.to) <= at) continue
    if (cover.person === actor) return 'nobody gives himself the cover of a duty'
    const own = after.holders.get(cover.person)?.roles.map(({ role }) => role) ?? []
    if (!own.some((role) => MAY_COVER[cover.duty]?.includes(role)))
      return `\`${cover.person}\` has no duty from which to cover \`${cover.duty}\``
  }
  return undefined
}

function dutyOfAll(
  edits: readonly JudgedEdit[],
  { register, actor, at }: PlanDeps,
): Duty | 'console' | undefined {
  if (actor === CONSOLE) {
    const founds = register.holders.size === 0 && edits.every(({ kind }) => kind === 'role.put')
    return founds ? CONSOLE : undefined
  }
  const standing = standingOf(register, actor, at)
  const duties = edits.map((edit) => dutyFor(edit, actor, standing))
  return duties.includes(undefined) ? undefined : duties[0]
}

function refusal(edits: readonly JudgedEdit[], { register, actor, at }: PlanDeps): string {
  const standing = standingOf(register, actor, at)
  const barred = edits.find((edit) => dutyFor(edit, actor, standing) === undefined) ?? edits[0]
  const { kind = '', direction = '' } = barred ?? {}
  if (standing.duties.length === 0) return `\`${actor}\` has no duty that is in force`
  return `\`${actor}\` (${standing.duties.join(', ')}) may not do \`${kind}\` (${direction})`
}
