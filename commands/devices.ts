import { DEVICE_STATES } from '../rules/subject.ts'
import type { Json } from '../records/canonical-json.ts'
import type { Options } from './arguments.ts'
import {
  DESK_USAGE,
  runAtDesk,
  type DeskCall,
  type DeskCommand,
  type DeskCommandDeps,
} from './desk-command.ts'

const USAGE = `usage: schoolgate devices list [--state STATE] [--json]
       schoolgate devices set DEVICE STATE
What becomes of a device: in force on DNS and proxy within five seconds, open connections included. A file does not
lift what was set here. Anybody reports his own device lost, reception any; what opens a pupil's device again waits
for the safeguarding lead.
STATE is one of ${DEVICE_STATES.join(', ')}.
${DESK_USAGE}`

const OPTIONS: Options = { state: { type: 'string' }, json: { type: 'boolean' } }

const COMMAND: DeskCommand = {
  noun: 'device',
  usage: USAGE,
  options: OPTIONS,
  verbs: { list: { reads: true, lines: list }, set: { reads: false, edit: set } },
}

/** `devices list|set`. */
export function devices(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  return runAtDesk(COMMAND, args, deps)
}

function set({ objects, register }: DeskCall) {
  const [id, word, ...rest] = objects
  if (id === undefined || word === undefined || rest.length > 0) return 'name a device and a state'
  const state = DEVICE_STATES.find((one) => one === word)
  if (state === undefined) return `\`${word}\` is no state of a device`
  const device = register.devices.get(id)
  if (device === undefined) return `there is no device \`${id}\``
  const after = { ...device, state } as unknown as Json
  return { kind: 'device.put' as const, objectId: id, after }
}

function list({ parsed, objects, register }: DeskCall): readonly string[] | string {
  if (objects.length > 0) return 'a list names nothing'
  const { state: wanted } = parsed.values
  const found = [...register.devices.values()].filter(
    ({ state }) => wanted === undefined || state === wanted,
  )
  return parsed.values['json'] === true
    ? found.map((device) => JSON.stringify(device))
    : found.map(
        ({ id, type, ownership, role, personRef, state }) =>
          `${id} ${state}: ${ownership} ${type} of ${role} ${personRef ?? 'without a person'}`,
      )
}
