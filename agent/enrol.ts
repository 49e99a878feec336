import { writeState, type AgentState } from './agent-state.ts'
import { askServer, faultOfServer } from './ask-server.ts'
import { DeviceKey } from './device-key.ts'

export interface EnrolOptions {
  readonly server: string
  /** As it stands on the slip; blanks, hyphens and case do not matter. */
  readonly code: string
  readonly directory: string
  readonly caFile: string | null
}

/** Trades a one-time code for a place in the school's register, with a new key. A text is why not. */
export async function enrol(options: EnrolOptions): Promise<AgentState | string> {
  const { server, code, directory, caFile } = options
  const fault = faultOfServer(server)
  if (fault !== null) return fault
  const key = DeviceKey.generate()
  const body = JSON.stringify({ code, public_key: key.publicKey })
  const answer = await askServer({ server, caFile }, '/agent/v1/enrol', body)
  if (answer.status === null) return `${server} can't be reached: ${answer.problem}`
  if (answer.status !== 200) return messageOf(answer.body) ?? `${server} answered ${answer.status}`
  const state = stateOf(answer.body, { server, caFile })
  if (state === null) return `${server} did not answer as a Schoolgate does`
  key.save(directory)
  writeState(directory, state)
  return state
}

/** The server's own words for a refusal. */
export function messageOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const { message } = body as { readonly message?: unknown }
  return typeof message === 'string' ? message.slice(0, 300) : null
}

function stateOf(
  body: unknown,
  { server, caFile }: Pick<EnrolOptions, 'server' | 'caFile'>,
): AgentState | null {
  if (typeof body !== 'object' || body === null) return null
  const fields = body as Readonly<Record<string, unknown>>
  const { device_id: deviceId, ownership, report_every_seconds: every } = fields
  const isEvery = typeof every === 'number' && every >= 10 && every <= 86_400
  if (typeof deviceId !== 'string' || !isEvery) return null
  if (ownership !== 'personal' && ownership !== 'school') return null
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : null)
  return {
    ...{ server, deviceId, ownership, reportEverySeconds: every, caFile },
    schoolProxy: text('school_proxy'),
    schoolCa: text('school_ca_sha256'),
  }
}
