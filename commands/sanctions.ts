import type { SanctionFacts } from '../records/governance/sanction-facts.ts'
import {
  DESK_USAGE,
  runAtDesk,
  stateOf,
  takingAway,
  type DeskCommand,
  type DeskCommandDeps,
} from './desk-command.ts'

const USAGE = `usage: schoolgate sanctions list
       schoolgate sanctions lift ID
What the gate imposed by the policy's rules (\`sanctions\`, \`dns_tunnel\`) after attempts to get round the filter: whom
it concerns, until when, and what is closed. It ends by itself; the safeguarding lead or a deputy lifts it at once, leaders
with that office's yes. ${DESK_USAGE}`

const SANCTIONS: DeskCommand = {
  noun: 'sanction',
  usage: USAGE,
  options: {},
  verbs: {
    list: {
      reads: true,
      lines: ({ objects, register, at }) =>
        objects.length > 0
          ? ''
          : [...register.sanctions]
              .filter(([, facts]) => stateOf(facts, at) !== 'over')
              .map(([id, facts]) => line(id, facts)),
    },
    lift: takingAway('sanction.lift'),
  },
}

/** `sanctions list|lift`: exit code 0 done or waiting, 1 refused or not readable, 2 wrong usage. */
export function sanctions(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  return runAtDesk(SANCTIONS, args, deps)
}

function line(id: string, { person, device, role, site, to, attempts }: SanctionFacts): string {
  const what = site === null ? 'locked out' : `\`${site}\` closed`
  return `${id}: ${person ?? device ?? ''} (${role}), ${what} until ${to}, after ${attempts} attempts`
}
