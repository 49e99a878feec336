import type { Edit } from '../records/governance/judge-edit.ts'
import type { SiteFacts } from '../records/governance/permission-facts.ts'
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
  type DeskVerb,
} from './desk-command.ts'

const USAGE = `usage: schoolgate sites list [--all]
       schoolgate sites allow|block SITE... [--profile P]... [--from TIME] --until TIME [--because TEXT]
       schoolgate sites remove ID
SITE is a host (\`=host\` for that one alone) or \`service:NAME\` for all hosts of one (\`lists services\` names them).
A site that is opened or closed for a while, whatever the lists say; SEALED and LOCKED ones stay closed. What opens
anything for pupils waits for the safeguarding lead. TEXT is what a refused person reads.
${DESK_USAGE}`

const OPTIONS: Options = {
  ...{ profile: { type: 'string', multiple: true }, because: { type: 'string' } },
  ...{ from: { type: 'string' }, until: { type: 'string' }, all: { type: 'boolean' } },
}

const COMMAND: DeskCommand = {
  noun: 'site',
  usage: USAGE,
  options: OPTIONS,
  verbs: {
    list: { reads: true, lines: list },
    allow: putting('allow', 'Opened by the school for now.'),
    block: putting('block', 'Closed by the school for now.'),
    remove: takingAway('site.remove'),
  },
}

/** `sites list|allow|block|remove`. */
export function sites(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  return runAtDesk(COMMAND, args, deps)
}

function list({ parsed, register, at }: DeskCall): readonly string[] {
  return [...register.sites]
    .filter(([, site]) => parsed.values['all'] === true || stateOf(site, at) !== 'over')
    .map(([id, site]) => `${id} ${describe(site)}, ${stateOf(site, at)}`)
}

function describe({ action, hosts, profiles, from, to, because }: SiteFacts): string {
  const whom = profiles === null ? 'everybody' : profiles.join(', ')
  return `${action} ${hosts.join(', ')} for ${whom}, ${from} to ${to}: ${because}`
}

function putting(action: SiteFacts['action'], usual: string): DeskVerb {
  const edit = (call: DeskCall): Edit | string => {
    const { parsed, objects, register } = call
    if (objects.length === 0) return 'name the sites'
    const term = termOf(call, 'until')
    if (typeof term === 'string') return term
    const profiles = textsOf(parsed, 'profile')
    const after: SiteFacts = {
      action,
      hosts: [...objects],
      profiles: profiles.length === 0 ? null : [...profiles],
      ...term,
      because: textOf(parsed, 'because') ?? usual,
    }
    return { kind: 'site.put', objectId: freshId('s', register), after }
  }
  return { reads: false, edit }
}
