import { execFile } from 'node:child_process'
import { open, stat } from 'node:fs/promises'

/** Each command and each file is a few kilobytes; what is more is not what we asked for. */
const MAX_OCTETS = 1024 * 1024

/** A report must not wait for a hanging tool; what it would have said is unknown then. */
const TIMEOUT_MS = 10_000

/**
 * How collectors look at the machine: fixed programs with fixed arguments, never a shell, and files by
 * fixed paths. Whatever does not work is null, and the fact that hangs on it unknown.
 */
export interface Probe {
  /** What the program printed, both streams, whatever its exit code; null where it could not be run. */
  run(program: string, args: readonly string[]): Promise<string | null>
  read(path: string): Promise<string | null>
  /** Epoch ms of a file's last change. */
  changedAt(path: string): Promise<number | null>
  /** Epoch ms. */
  readonly now: number
  /** The environment that matters: a desktop session's. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The machine itself. */
export function machineProbe(now: number): Probe {
  return { run, read, changedAt, now, env: process.env }
}

function run(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const options = {
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_OCTETS,
      windowsHide: true,
      shell: false,
      // Words, not translations; and nothing of ours for a tool to pick up.
      env: { ...sessionOf(process.env), LC_ALL: 'C', LANG: 'C' },
    }
    execFile(program, [...args], options, (error, stdout, stderr) => {
      // A number is the exit code of a program that ran: `systemctl is-active` says "inactive" with 3.
      const ran = error === null || (typeof error.code === 'number' && !error.killed)
      resolve(ran ? `${stdout}${stderr}` : null)
    })
  })
}

/** What tools need to find the desktop's settings, and Windows its own folders. */
function sessionOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['HOME', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'SystemRoot', 'windir']
  return Object.fromEntries(
    names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  )
}

async function read(path: string): Promise<string | null> {
  try {
    await using file = await open(path, 'r')
    const buffer = Buffer.alloc(MAX_OCTETS)
    const { bytesRead } = await file.read(buffer, 0, MAX_OCTETS, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    return null
  }
}

async function changedAt(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return null
  }
}
