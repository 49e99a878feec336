import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What the school's server told this device when it enrolled; a file beside its key. */
export interface AgentState {
  /** `https://schoolgate.example`, without a path. */
  readonly server: string
  readonly deviceId: string
  readonly ownership: 'personal' | 'school'
  readonly reportEverySeconds: number
  /** The school's own proxy as `host:port`, which is no foreign one; null: there is none. */
  readonly schoolProxy: string | null
  /** SHA-256 of the school's certificate authority, hex; null: it has none. */
  readonly schoolCa: string | null
  /** A PEM file with which the server's certificate is checked; null: the system's own ones. */
  readonly caFile: string | null
}

const STATE_FILE = 'agent.json'

/** Where a user's programs keep what they remember, on each system. */
export function defaultDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (process.platform === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'Schoolgate Agent')
  if (process.platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Schoolgate Agent')
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'schoolgate-agent')
}

/** What was remembered; a text says why there is nothing to go by. */
export function readState(directory: string): AgentState | string {
  const path = join(directory, STATE_FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return `this device is not enrolled (\`${path}\`): run \`agent enrol\` with a code of the school`
  }
  try {
    const state: unknown = JSON.parse(text)
    if (isState(state)) return state
  } catch {
    // Said below: torn or edited, it is the same to the user.
  }
  return `\`${path}\` is damaged: enrol this device again`
}

/** Written whole under another name first, so that no crash leaves half a file. */
export function writeState(directory: string, state: AgentState): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, STATE_FILE)
  writeFileSync(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

function isState(value: unknown): value is AgentState {
  if (typeof value !== 'object' || value === null) return false
  const { server, deviceId, ownership, reportEverySeconds, ...rest } = value as Record<
    string,
    unknown
  >
  const texts = [rest['schoolProxy'], rest['schoolCa'], rest['caFile']]
  return (
    typeof server === 'string' &&
    typeof deviceId === 'string' &&
    (ownership === 'personal' || ownership === 'school') &&
    typeof reportEverySeconds === 'number' &&
    reportEverySeconds >= 10 &&
    texts.every((text) => text === null || typeof text === 'string')
  )
}
