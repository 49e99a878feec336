import type { Edit } from '../records/governance/judge-edit.ts'
import { bellOf } from '../records/governance/judge-lesson.ts'
import type { LessonFacts } from '../records/governance/permission-facts.ts'
import { textOf, textsOf, type Options } from './arguments.ts'
import {
  DESK_USAGE,
  freshId,
  runAtDesk,
  stateOf,
  takingAway,
  type DeskCall,
  type DeskCommand,
  type DeskCommandDeps,
} from './desk-command.ts'
import { readMoment } from './journal-arguments.ts'

const USAGE = `usage: schoolgate lessons list [--all]
       schoolgate lessons open CLASS [--pack ID] [--site SITE]... [--focus SITE]... [--only] [--until TIME] [--teacher REF]
       schoolgate lessons end ID
       schoolgate lessons packs
       schoolgate lessons pack ID --label TEXT --site SITE...
       schoolgate lessons unpack ID
A teacher opens sites for his class until the bell: those of a pack, which a senior leader has agreed to, at once;
others (--site) wait for the safeguarding lead. --focus and --only close everything else to the class meanwhile.
SITE is a host (\`=host\` for that one alone) or \`service:NAME\` for all hosts of one (\`lists services\` names them).
SEALED and LOCKED sites stay closed. Classes are those of classes.csv.
${DESK_USAGE}`

const many = { type: 'string', multiple: true } as const
const one = { type: 'string' } as const

const OPTIONS: Options = {
  ...{ pack: one, label: one, teacher: one, until: one, site: many, focus: many },
  ...{ only: { type: 'boolean' }, all: { type: 'boolean' } },
}

const COMMAND: DeskCommand = {
  noun: 'lesson',
  usage: USAGE,
  options: OPTIONS,
  verbs: {
    list: { reads: true, lines: list },
    open: { reads: false, edit: open },
    end: takingAway('lesson.end'),
    packs: { reads: true, lines: packs },
    pack: { reads: false, edit: pack },
    unpack: takingAway('pack.remove'),
  },
}

/** `lessons list|open|end|packs|pack|unpack`. */
export function lessons(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  return runAtDesk(COMMAND, args, deps)
}

function list({ parsed, register, at }: DeskCall): readonly string[] {
  return [...register.lessons]
    .filter(([, lesson]) => parsed.values['all'] === true || stateOf(lesson, at) !== 'over')
    .map(([id, lesson]) => `${id} ${describe(lesson)}, ${stateOf(lesson, at)}`)
}

function describe({ class: group, teacher, pack, sites, focus, to }: LessonFacts): string {
  const opened = [...(pack === null ? [] : [`pack ${pack}`]), ...sites]
  const opens = opened.length === 0 ? 'opens nothing' : `opens ${opened.join(', ')}`
  const only = focus === null ? '' : `, and only ${['that', ...focus].join(', ')}`
  return `class ${group} with ${teacher}: ${opens}${only}, until ${to}`
}

function open(call: DeskCall, actor: string): Edit | string {
  const { parsed, objects, register, at } = call
  const [group, ...rest] = objects
  if (group === undefined || rest.length > 0) return 'name the class'
  const until = readMoment(parsed, 'until')
  if (typeof until === 'object') return until.problem
  // Without a bell the desk says so; an hour is as good as any other end.
  const to = until ?? bellOf(group, register, at) ?? at + 3_600_000
  const focus = textsOf(parsed, 'focus')
  const isFocused = focus.length > 0 || parsed.values['only'] === true
  const after: LessonFacts = {
    class: group,
    teacher: textOf(parsed, 'teacher') ?? actor,
    pack: textOf(parsed, 'pack') ?? null,
    sites: [...textsOf(parsed, 'site')],
    focus: isFocused ? [...focus] : null,
    from: new Date(at).toISOString(),
    to: new Date(to).toISOString(),
  }
  return { kind: 'lesson.put', objectId: freshId('l', register), after }
}

function packs({ register }: DeskCall): readonly string[] {
  return [...register.packs].map(([id, { label, sites }]) => `${id} ${label}: ${sites.join(', ')}`)
}

function pack({ parsed, objects }: DeskCall): Edit | string {
  const [id, ...rest] = objects
  const [label, sites] = [textOf(parsed, 'label'), textsOf(parsed, 'site')]
  if (id === undefined || rest.length > 0) return 'name the pack'
  if (label === undefined || sites.length === 0)
    return 'say what it is: --label TEXT --site SITE...'
  return { kind: 'pack.put', objectId: id, after: { label, sites: [...sites] } }
}
