import type { DirectionOf, Edit } from '../records/governance/judge-edit.ts'
import type { Change } from '../records/governance/plan-change.ts'
import { LedgerBroken } from '../records/ledger/ledger.ts'
import type { Register } from '../records/register/register.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, type Options, type Parsed } from './arguments.ts'
import { recordsOf } from './backup.ts'
import { say } from './changes.ts'
import { readMoment } from './journal-arguments.ts'
import { openSiteDesk, type SiteDesk } from './site-desk.ts'

export interface DeskCommandDeps {
  /** `records.directory` of a gate's configuration file, or what is wrong with the file. */
  readonly resolveRecords: (configPath: string) => { directory: string } | { problem: string }
  readonly directionOf: DirectionOf
  /** Gate time, epoch ms. */
  readonly now: () => number
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

/** One call of a verb: what was typed, the register as it is, and when. */
export interface DeskCall {
  readonly parsed: Parsed
  /** The words behind the verb. */
  readonly objects: readonly string[]
  readonly register: Register
  /** The gate's records. */
  readonly directory: string
  /** Epoch ms: `--clock`, else now. */
  readonly at: number
  readonly deps: DeskCommandDeps
}

/** What a verb does: lines to print, or a change for the desk; a text is what is wrong with the call. */
export type DeskVerb =
  | { readonly reads: true; readonly lines: (call: DeskCall) => readonly string[] | string }
  | {
      readonly reads: false
      readonly edit: (call: DeskCall, actor: string) => Edit | DeskEdits | string
    }

/** Several edits that go together; the answer is about the last of them. */
export type DeskEdits = Pick<Change, 'edits' | 'people'>

export interface DeskCommand {
  /** What an object of it is called in the answer. */
  readonly noun: string
  readonly usage: string
  readonly options: Options
  readonly verbs: Readonly<Record<string, DeskVerb>>
}

const COMMON: Options = {
  ...{ records: { type: 'string' }, config: { type: 'string' } },
  ...{ actor: { type: 'string' }, reason: { type: 'string' }, clock: { type: 'string' } },
}

/** For the usage of every such command. */
export const DESK_USAGE = `Each with (--records DIR | --config FILE); what changes anything with --actor PERSON_REF --reason TEXT.
--clock ISO tells the time of a gate that was started with one.`

/**
 * A command over the desk: it lists, or submits one change as one person, which is in force or waits. Exit
 * code 0 done or waiting, 1 refused, in conflict or not readable, 2 wrong usage.
 */
export async function runAtDesk(
  command: DeskCommand,
  args: readonly string[],
  deps: DeskCommandDeps,
): Promise<number> {
  const call = parseCall(command, args, deps)
  if (typeof call === 'string') {
    deps.err(call === '' ? command.usage : `${call}\n${command.usage}`)
    return EXIT.usage
  }
  try {
    const opened = await openSiteDesk(call.directory, deps, { readOnly: call.verb.reads })
    if (typeof opened === 'string') {
      deps.err(opened)
      return EXIT.no
    }
    await using site = opened
    return await answer(command, call, { site, deps })
  } catch (error) {
    if (!(error instanceof StoreRefused || error instanceof LedgerBroken)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

interface ParsedCall {
  readonly verb: DeskVerb
  readonly name: string
  readonly directory: string
  readonly parsed: Parsed
  readonly objects: readonly string[]
  readonly at: number
}

/** A text is what is wrong; an empty one that it is no call at all. */
function parseCall(
  { verbs, options }: DeskCommand,
  args: readonly string[],
  { resolveRecords, now }: DeskCommandDeps,
): ParsedCall | string {
  const parsed = readArguments(args, { ...COMMON, ...options })
  if (typeof parsed === 'string') return parsed
  const [name = '', ...objects] = parsed.positionals
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
  if (verb === undefined) return ''
  const [records, config] = [textOf(parsed, 'records'), textOf(parsed, 'config')]
  const place = recordsOf({ records, config }, resolveRecords)
  if ('problem' in place) return place.problem
  const clock = readMoment(parsed, 'clock')
  if (typeof clock === 'object') return clock.problem
  return { verb, name, directory: place.directory, parsed, objects, at: clock ?? now() }
}

interface Scene {
  readonly site: SiteDesk
  readonly deps: DeskCommandDeps
}

async function answer(
  { noun, usage }: DeskCommand,
  { verb, name, directory, parsed, objects, at }: ParsedCall,
  { site, deps }: Scene,
): Promise<number> {
  const register = site.view.current()
  const call = { parsed, objects, register, directory, at, deps }
  const wrong = (problem: string): number => {
    deps.err(`${problem}\n${usage}`)
    return EXIT.usage
  }
  if (verb.reads) {
    const lines = verb.lines(call)
    if (typeof lines === 'string') return wrong(lines)
    for (const line of lines) deps.out(line)
    return EXIT.done
  }
  const [actor, reason] = [textOf(parsed, 'actor'), textOf(parsed, 'reason')]
  if (actor === undefined || reason === undefined)
    return wrong('say who acts and why: --actor PERSON_REF --reason TEXT')
  const asked = verb.edit(call, actor)
  if (typeof asked === 'string') return wrong(asked)
  const wanted: DeskEdits = 'edits' in asked ? asked : { edits: [asked] }
  const outcome = await site.desk.submit(
    { basedOn: register.headSeq, reason, ...wanted },
    actor,
    at,
  )
  return say(outcome, `${noun} \`${wanted.edits.at(-1)?.objectId ?? ''}\`, ${name}`, deps)
}

/** The edit that takes the named object away. */
export function takingAway(kind: Edit['kind']): DeskVerb {
  return {
    reads: false,
    edit: ({ objects: [id, ...rest] }) =>
      id === undefined || rest.length > 0 ? 'name one' : { kind, objectId: id, after: null },
  }
}

/** An id that nothing has yet: the entry it will be, at the earliest. */
export function freshId(letter: string, { headSeq }: Register): string {
  return `${letter}${headSeq + 1}`
}

/** `from` and `to` of the call as instants; a text where one is missing or none. */
export function termOf(
  { parsed, at }: Pick<DeskCall, 'parsed' | 'at'>,
  until: 'to' | 'until',
): { readonly from: string; readonly to: string } | string {
  const [from, to] = [readMoment(parsed, 'from'), readMoment(parsed, until)]
  for (const time of [from, to]) if (typeof time === 'object') return time.problem
  if (typeof to !== 'number') return `say until when: --${until} TIME`
  const begin = typeof from === 'number' ? from : at
  return { from: new Date(begin).toISOString(), to: new Date(to).toISOString() }
}

/** Whether something holds now, in a word. */
export function stateOf(
  { from, to }: { readonly from: string; readonly to: string },
  at: number,
): 'coming' | 'in force' | 'over' {
  if (at < Date.parse(from)) return 'coming'
  return at < Date.parse(to) ? 'in force' : 'over'
}
