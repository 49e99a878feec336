import { grantFacts, type Grant } from '../records/governance/permission-facts.ts'
import { textOf, textsOf, type Options } from './arguments.ts'
import {
  DESK_USAGE,
  freshId,
  runAtDesk,
  stateOf,
  takingAway,
  termOf,
  type DeskCall,
  type DeskCommand,
  type DeskCommandDeps,
} from './desk-command.ts'
import type { Edit } from '../records/governance/judge-edit.ts'

const USAGE = `usage: schoolgate grants list [--person REF] [--all] [--json]
       schoolgate grants ask TYPE (--person REF | --device ID | --class CLASS)... [--from TIME] --to TIME
                  [--zone Z]... [--window W]... [--profile P] [--site SITE]... [--category ID]... [--locked]
                  [--purpose TEXT] [--assessment REF]
       schoolgate grants revoke ID
What one person, device or class may do for a while. Somebody else must agree (\`changes approve\`): a senior
leader, the head, for pupils the safeguarding lead; for LOCKED categories (--locked) a leader and the lead both.
SITE is a host (\`=host\` for that one alone) or \`service:NAME\` for all hosts of one (\`lists services\` names them).
TYPE is one of ${grantFacts.shape.type.options.join(', ')}.
${DESK_USAGE}`

const many = { type: 'string', multiple: true } as const
const one = { type: 'string' } as const

const OPTIONS: Options = {
  ...{ person: one, device: one, class: one, from: one, to: one, profile: one },
  ...{ zone: many, window: many, site: many, category: many, purpose: one, assessment: one },
  ...{ locked: { type: 'boolean' }, all: { type: 'boolean' }, json: { type: 'boolean' } },
}

const COMMAND: DeskCommand = {
  noun: 'grant',
  usage: USAGE,
  options: OPTIONS,
  verbs: {
    list: { reads: true, lines: list },
    ask: { reads: false, edit: ask },
    revoke: takingAway('grant.revoke'),
  },
}

/** `grants list|ask|revoke`. */
export function grants(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  return runAtDesk(COMMAND, args, deps)
}

function list({ parsed, objects, register, at }: DeskCall): readonly string[] | string {
  if (objects.length > 0) return 'a list names nothing'
  const person = textOf(parsed, 'person')
  const wanted = [...register.grants].filter(
    ([, grant]) =>
      (person === undefined || grant.person === person) &&
      (parsed.values['all'] === true || stateOf(grant, at) !== 'over'),
  )
  return parsed.values['json'] === true
    ? wanted.map(([id, grant]) => JSON.stringify({ id, ...grant, state: stateOf(grant, at) }))
    : wanted.map(([id, grant]) => `${id} ${describe(grant)}, ${stateOf(grant, at)}`)
}

function describe(grant: Grant): string {
  const { type, person, device, class: group, profile, sites, categories, locked } = grant
  const whom = [person, device && `device ${device}`, group && `class ${group}`]
  const what = [profile, ...sites, ...categories]
  const places = [...grant.zones, ...grant.windows]
  return [
    `${type} for ${whom.filter((each) => each !== null).join(', ')}:`,
    what.filter((each) => each !== null).join(', ') || 'what the policy gives',
    ...(locked ? ['(LOCKED too)'] : []),
    ...(places.length > 0 ? [`in ${places.join(', ')}`] : []),
    `${grant.from} to ${grant.to}`,
  ].join(' ')
}

function ask(call: DeskCall): Edit | string {
  const { parsed, objects, register } = call
  const [type, ...rest] = objects
  const known = grantFacts.shape.type.options.find((each) => each === type)
  if (known === undefined || rest.length > 0) return `\`${type ?? ''}\` is no type of grant`
  const term = termOf(call, 'to')
  if (typeof term === 'string') return term
  const text = (name: string): string | null => textOf(parsed, name) ?? null
  const after: Grant = {
    type: known,
    ...{ person: text('person'), device: text('device'), class: text('class') },
    ...{ zones: [...textsOf(parsed, 'zone')], windows: [...textsOf(parsed, 'window')] },
    ...term,
    profile: text('profile'),
    sites: [...textsOf(parsed, 'site')],
    categories: [...textsOf(parsed, 'category')],
    locked: parsed.values['locked'] === true,
    ...{ purpose: text('purpose'), assessment: text('assessment') },
  }
  return { kind: 'grant.put', objectId: freshId('g', register), after }
}
