import type { LedgerCommand } from '../ledger/entry.ts'
import type { LedgerWriter, Written } from '../ledger/ledger-writer.ts'
import { sha256 } from '../ledger/chain.ts'
import { People } from '../people/people.ts'
import { draftImport, type Draft, type Wanted } from '../register/draft-import.ts'
import {
  readFiles,
  reportOf,
  type ImportDeps,
  type ImportReport,
  type SchoolFiles,
} from '../register/import-files.ts'
import type { TextOf } from '../register/projection.ts'
import type { Register } from '../register/register.ts'
import type { Proposal } from './governance-state.ts'
import { judgeEdit, type DirectionOf, type JudgedEdit } from './judge-edit.ts'
import { FILE } from './matter.ts'
import type { EditKind } from './permissions.ts'
import { objectOf } from './plan-change.ts'
import { isUrgentTightening } from '../redis/tightening.ts'
import { editCommand, proposalPut, proposalText, readProposal } from './proposal-text.ts'

export interface DeskImportDeps extends ImportDeps {
  readonly directionOf: DirectionOf
  /** Where changes go: the site's ledger; `ledger` is this node's copy. */
  readonly writer: LedgerWriter
}

export interface DeskImportReport extends ImportReport {
  /** What the files loosen for pupils; it is not in force before somebody has agreed. */
  readonly pending: {
    readonly proposal: string
    readonly edits: number
    /** `refused`: somebody said no to just this; the files are asked again when they say something else. */
    readonly state: 'proposed' | 'waiting' | 'refused'
  } | null
  /** Why what the files change is not in the ledger yet: try again when Redis serves. Null where it is. */
  readonly unavailable: string | null
}

/**
 * Like `importFiles`, under the approvals of any change: what tightens or is neutral is in force at once,
 * the rest is one proposal by `file`. The first import founds the ledger and waits for nobody. Unchanged
 * files append nothing; files that went back withdraw what they proposed. While Redis does not serve, only
 * what must not wait (a lost device) is taken from the files. Throws as `importFiles` does.
 */
export async function importThroughDesk(
  files: SchoolFiles,
  now: number,
  deps: DeskImportDeps,
): Promise<DeskImportReport> {
  const people = new People(deps.ledger.db)
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const register = deps.view.current()
    const { wanted, problems } = readFiles(files, register, deps)
    const draft = draftImport(wanted, register, people)
    const { commands, documents, inForce, pending } = settle(draft, {
      ...{ files, wanted, register, deps, at: now },
    })
    const append = (some: readonly LedgerCommand[]): Promise<Written> =>
      deps.writer.append(some, { ...asFile(register, now, deps), documents, people: draft.people })
    const report = (kept: readonly LedgerCommand[]) =>
      reportOf({ ...draft, commands: kept }, { wanted, problems, head: deps.ledger.head() })
    if (commands.length === 0) return { ...report([]), pending, unavailable: null }
    const written = await append(commands)
    // An import words its own reasons, so a refusal is a bug and no answer to a person.
    if (written.kind === 'refused') throw new Error(written.message)
    if (written.kind === 'appended')
      return { ...report(inForce), appended: commands.length, pending, unavailable: null }
    if (written.kind === 'unavailable') {
      const urgent = inForce.filter(isUrgentTightening)
      const kept = urgent.length > 0 ? await append(urgent) : written
      const appended = kept.kind === 'appended' ? urgent : []
      return { ...report(appended), pending: null, unavailable: written.message }
    }
  }
  throw new Error(`the import met another writer ${MAX_ATTEMPTS} times; try again`)
}

function asFile(register: Register, at: number, { site }: DeskImportDeps) {
  return { site, actor: FILE, actorRole: FILE, at, basedOn: register.headSeq }
}

/** What is appended, and of it what is in force at once. The first import founds, and waits for nobody. */
function settle(
  draft: Draft,
  scene: Scene,
): Settled & { readonly inForce: readonly LedgerCommand[] } {
  const { register } = scene
  if (register.headSeq === 0) return { ...draft, inForce: draft.commands, pending: null }
  const split = splitDraft(draft, scene)
  return { ...settleProposals(split, register), inForce: split.now }
}

/** As in `importFiles`. */
const MAX_ATTEMPTS = 10

interface Scene {
  readonly files: SchoolFiles
  readonly wanted: Wanted
  readonly register: Register
  readonly deps: DeskImportDeps
  /** Epoch ms. */
  readonly at: number
}

interface Split {
  readonly now: readonly LedgerCommand[]
  readonly documents: readonly string[]
  readonly later: readonly JudgedEdit[]
}

function splitDraft(draft: Draft, scene: Scene): Split {
  const { register, deps } = scene
  const own = new Map(draft.documents.map((text) => [sha256(text), text]))
  const textOf: TextOf = (hash) => own.get(hash) ?? deps.ledger.findDocument(hash)
  const now: LedgerCommand[] = []
  const later: JudgedEdit[] = []
  for (const command of draft.commands) {
    // A draft of an import that does not found the ledger holds no other kinds.
    const edit = { ...command, kind: command.kind as EditKind }
    const { directionOf } = deps
    const judged = judgeEdit(edit, FILE, { register, textOf, directionOf, at: scene.at })
    // The files were checked before the draft was made of them, so this is a bug and no answer.
    if (typeof judged === 'string') throw new Error(judged)
    if (judged.approvers !== null) later.push(judged)
    else now.push(editCommand(judged, command))
  }
  // In an order of their own: rows that were moved about in a file are no other proposal.
  const all = [...later, ...unreadable(scene, later)].sort(byObject)
  return { now, later: all, documents: draft.documents }
}

function byObject(one: JudgedEdit, other: JudgedEdit): number {
  return objectOf(one) < objectOf(other) ? -1 : 1
}

/** What waits already of a file or row that can't be read just now: that is not taken back. */
function unreadable(scene: Scene, later: readonly JudgedEdit[]): JudgedEdit[] {
  const { files, register, deps, wanted } = scene
  const textOf: TextOf = (hash) => deps.ledger.findDocument(hash)
  const isUnread = ({ kind, objectId }: JudgedEdit): boolean => {
    if (kind === 'policy.put') return wanted.policy === null
    const table = wanted.devices?.value
    if (table === undefined) return files.devices !== null
    return table.keysLost || table.spoilt.has(objectId)
  }
  const again = new Set(later.map(objectOf))
  return waitingOfFile(register)
    .flatMap(([, { document }]) => readProposal(document, textOf))
    .filter((edit) => isUnread(edit) && !again.has(objectOf(edit)))
}

function waitingOfFile({ proposals }: Register): (readonly [string, Proposal])[] {
  return [...proposals].filter(([, { author, state }]) => author === FILE && state === 'waiting')
}

interface Settled {
  readonly commands: readonly LedgerCommand[]
  readonly documents: readonly string[]
  readonly pending: DeskImportReport['pending']
}

/** What applies at once, with the file's proposals brought up to what the files say now. */
function settleProposals(split: Split, register: Register): Settled {
  const { now, later, documents } = split
  const document = later.length === 0 ? null : sha256(proposalText(later))
  const waiting = waitingOfFile(register)
  const stale = waiting.filter(([, proposal]) => proposal.document !== document)
  const withdrawals = stale.map(([id]) => withdrawal(id))
  const settled = { commands: [...now, ...withdrawals], documents }
  if (document === null) return { ...settled, pending: null }
  const known = lastOfFile(register)
  if (known?.document === document && (known.state === 'waiting' || known.state === 'refused')) {
    const { state, proposal } = known
    return { ...settled, pending: { proposal, edits: later.length, state } }
  }
  const seq = register.headSeq + settled.commands.length + 1
  const { id, command, text } = proposalPut({
    edits: later,
    approvers: 'dsl',
    basedOn: register.headSeq,
    reason: 'the school’s files loosen this for pupils',
    seq,
  })
  return {
    commands: [...settled.commands, command],
    documents: [...documents, text],
    pending: { proposal: id, edits: later.length, state: 'proposed' },
  }
}

function lastOfFile({ proposals }: Register): (Proposal & { proposal: string }) | undefined {
  return [...proposals]
    .filter(([, { author }]) => author === FILE)
    .map(([id, proposal]) => ({ ...proposal, proposal: id }))
    .at(-1)
}

function withdrawal(proposal: string): LedgerCommand {
  return {
    kind: 'proposal.withdraw',
    objectId: proposal,
    before: null,
    after: null,
    direction: 'neutral',
    affectedRoles: [],
    reason: 'the school’s files say something else by now',
    approval: null,
  }
}
