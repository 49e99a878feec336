import { newInvitationCode } from '../records/posture/invitation-code.ts'
import { EXIT, textOf, type Options } from './arguments.ts'
import {
  DESK_USAGE,
  runAtDesk,
  takingAway,
  type DeskCall,
  type DeskCommand,
  type DeskCommandDeps,
} from './desk-command.ts'

const USAGE = `usage: schoolgate agent enrol --server URL --code CODE [--ca FILE] [--state DIR]   on the device
       schoolgate agent report [--dry-run] | run [--state DIR]                on the device
       schoolgate agent invite DEVICE [--hours N]      a one-time code for it, good for two days or N hours
       schoolgate agent revoke DEVICE                  its reports count no more; it is held back
       schoolgate agent list [DEVICE]                  where devices stand; of one: the last 30 days
       schoolgate agent serve (--records DIR | --config FILE) --listen ADDRESS:PORT
                              [--certificate FILE --key FILE] [--school-ca FILE] [--school-proxy HOST:PORT]
What devices report of their security state. A device with an agent is judged by what it reports, no longer by
what devices.csv says.
${DESK_USAGE}`

/** A slip that is handed out on Friday is typed on Monday only with \`--hours\`. */
const USUAL_HOURS = 48
const MOST_HOURS = 24 * 30

const OPTIONS: Options = { hours: { type: 'string' } }

/** `agent enrol|report|run` on a device, `invite|revoke|list|serve` at the school. */
export async function agent(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  const [verb = ''] = args
  switch (verb) {
    case 'enrol':
    case 'report':
    case 'run':
      return (await import('../agent/cli.ts')).agent(args)
    case 'serve':
      return (await import('./agent-serve.ts')).serveAgents(args.slice(1), deps)
    case 'list':
      return (await import('./agent-list.ts')).listAgents(args.slice(1), deps)
    case 'invite':
      return invite(args, deps)
    default:
      return runAtDesk(deskCommand(''), args, deps)
  }
}

/** The code is told when the entry is in the ledger: one that was refused must not be handed out. */
async function invite(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  const { code, codeHash } = newInvitationCode()
  const done = await runAtDesk(deskCommand(codeHash), args, deps)
  if (done === EXIT.done) deps.out(`code ${code}`)
  return done
}

function deskCommand(codeHash: string): DeskCommand {
  return {
    noun: 'agent of device',
    usage: USAGE,
    options: OPTIONS,
    verbs: {
      invite: { reads: false, edit: (call) => invitation(call, codeHash) },
      revoke: takingAway('agent.revoke'),
    },
  }
}

function invitation({ parsed, objects: [device, ...rest], at }: DeskCall, codeHash: string) {
  if (device === undefined || rest.length > 0) return 'name one device'
  const hours = Number(textOf(parsed, 'hours') ?? USUAL_HOURS)
  if (!Number.isInteger(hours) || hours < 1 || hours > MOST_HOURS)
    return `--hours is a whole number from 1 to ${MOST_HOURS}`
  const until = new Date(at + hours * 3_600_000).toISOString()
  return { kind: 'agent.invite' as const, objectId: device, after: { codeHash, until } }
}
