import { newShortCode } from '../records/posture/invitation-code.ts'
import type { Json } from '../records/canonical-json.ts'
import { EXIT, textOf, type Options } from './arguments.ts'
import {
  DESK_USAGE,
  freshId,
  runAtDesk,
  takingAway,
  type DeskCall,
  type DeskCommand,
  type DeskCommandDeps,
} from './desk-command.ts'

const USAGE = `usage: schoolgate registrations invite PERSON_REF [--hours N]   a code for one device, good for two days or N hours
       schoolgate registrations list [--json]                 codes that are out, and devices that wait for a yes
       schoolgate registrations withdraw ID                   the code counts no more
       schoolgate registrations approve DEVICE                a technician has seen it
Devices of people of the school: who may bring how many is \`registration\` in the policy. The code is told once.
${DESK_USAGE}`

const USUAL_HOURS = 48
const MOST_HOURS = 24 * 30

const OPTIONS: Options = { hours: { type: 'string' }, json: { type: 'boolean' } }

/** `registrations invite|list|withdraw|approve`. */
export async function registrations(
  args: readonly string[],
  deps: DeskCommandDeps,
): Promise<number> {
  const { code, codeHash } = newShortCode()
  const command: DeskCommand = {
    noun: 'registration',
    usage: USAGE,
    options: OPTIONS,
    verbs: {
      list: { reads: true, lines: list },
      invite: { reads: false, edit: (call) => invite(call, codeHash) },
      withdraw: takingAway('registration.withdraw'),
      approve: { reads: false, edit: approve },
    },
  }
  const done = await runAtDesk(command, args, deps)
  // Told when the ledger has it: the code of one that was refused must not be handed out.
  if (done === EXIT.done && args[0] === 'invite') deps.out(`code ${code}`)
  return done
}

function invite({ parsed, objects: [person, ...rest], register, at }: DeskCall, codeHash: string) {
  if (person === undefined || rest.length > 0) return 'name one person'
  const hours = Number(textOf(parsed, 'hours') ?? USUAL_HOURS)
  if (!Number.isInteger(hours) || hours < 1 || hours > MOST_HOURS)
    return `--hours is a whole number from 1 to ${MOST_HOURS}`
  const until = new Date(at + hours * 3_600_000).toISOString()
  const after = { person, codeHash, until }
  return { kind: 'registration.invite' as const, objectId: freshId('r', register), after }
}

function approve({ objects: [id, ...rest], register }: DeskCall) {
  if (id === undefined || rest.length > 0) return 'name one device'
  const device = register.devices.get(id)
  if (device?.state !== 'pending') return `no device \`${id}\` waits for a yes`
  const after = { ...device, state: 'approved' } as unknown as Json
  return { kind: 'device.put' as const, objectId: id, after }
}

function list({ parsed, objects, register, at }: DeskCall): readonly string[] | string {
  if (objects.length > 0) return 'a list names nothing'
  const codes = [...register.invitations]
    .filter(([, { until }]) => at < Date.parse(until))
    .map(([id, { person, until }]) => ({ id, person, until }))
  const waiting = [...register.devices.values()]
    .filter(({ state }) => state === 'pending')
    .map(({ id, personRef, type }) => ({ id, person: personRef, type }))
  if (parsed.values['json'] === true)
    return [...codes, ...waiting].map((one) => JSON.stringify(one))
  return [
    ...codes.map(({ id, person, until }) => `${id} a code for ${person}, good until ${until}`),
    ...waiting.map(({ id, person, type }) => `${id} ${type} of ${person ?? 'nobody'} waits`),
  ]
}
