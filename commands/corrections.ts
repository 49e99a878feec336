import type { Edit } from '../records/governance/judge-edit.ts'
import type { CorrectionFacts } from '../records/governance/permission-facts.ts'
import { textOf, type Options } from './arguments.ts'
import {
  DESK_USAGE,
  freshId,
  runAtDesk,
  takingAway,
  type DeskCall,
  type DeskCommand,
  type DeskCommandDeps,
} from './desk-command.ts'

const USAGE = `usage: schoolgate corrections list
       schoolgate corrections fix HOST [--remove CATEGORY] [--add CATEGORY]
       schoolgate corrections undo ID
What a list gets wrong about a host, kept through every update of the list. A FLOOR category is off at once and
reviewed within a day, a LOCKED one after the safeguarding lead's yes, a SEALED one never.
${DESK_USAGE}`

const OPTIONS: Options = { remove: { type: 'string' }, add: { type: 'string' } }

const COMMAND: DeskCommand = {
  noun: 'correction',
  usage: USAGE,
  options: OPTIONS,
  verbs: {
    list: { reads: true, lines: list },
    fix: { reads: false, edit: fix },
    undo: takingAway('correction.remove'),
  },
}

/** `corrections list|fix|undo`. */
export function corrections(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  return runAtDesk(COMMAND, args, deps)
}

function list({ register }: DeskCall): readonly string[] {
  return [...register.corrections].map(([id, { host, remove, add, because }]) => {
    const changes = [remove && `not ${remove}`, add && `but ${add}`]
    return `${id} ${host}: ${changes.filter((each) => each !== null).join(', ')}: ${because}`
  })
}

function fix({ parsed, objects, register }: DeskCall): Edit | string {
  const [host, ...rest] = objects
  if (host === undefined || rest.length > 0) return 'name one host'
  const after: CorrectionFacts = {
    host,
    remove: textOf(parsed, 'remove') ?? null,
    add: textOf(parsed, 'add') ?? null,
    because: textOf(parsed, 'reason') ?? '',
  }
  return { kind: 'correction.put', objectId: freshId('c', register), after }
}
