import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { searchPath } from '../../test/support/debian-packages.ts'

/** What a process costs, its children included. */
export interface Costs {
  /** CPU seconds up to now. */
  cpuSeconds(): number
  residentBytes(): number
}

/** A process under load, and its end. */
export interface Daemon extends Costs {
  stop(): Promise<void>
}

/** Reads /proc, so it costs the measured process nothing. */
export function costsOf(pid: number): Costs {
  return {
    cpuSeconds: () => sumOverTree(pid, cpuSecondsOf),
    residentBytes: () => sumOverTree(pid, residentBytesOf),
  }
}

/** How long a daemon may take from its start to its first answer: a peer reads a million names. */
const READY_TIMEOUT_MS = 120_000
const POLL_MS = 50

/** Starts a program and waits until `isReady` says so; rejects with its output when it ends before. */
export async function startDaemon(
  command: readonly [program: string, ...args: string[]],
  isReady: (output: string) => Promise<boolean> | boolean,
): Promise<Daemon & { readonly output: () => string }> {
  const [program, ...args] = command
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: searchPath() },
  })
  let output = ''
  const keep = (chunk: Buffer) => {
    // Enough to see why it did not start; a chatty daemon must not fill the bench's memory.
    if (output.length < 100_000) output += chunk.toString()
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const spawned = Promise.withResolvers<undefined>()
  child.once('error', spawned.reject)
  child.once('spawn', () => {
    spawned.resolve(undefined)
  })
  await spawned.promise
  await untilReady(
    child,
    () => isReady(output),
    () => `${command.join(' ')}\n${output}`,
  )
  return { ...watchOver(child), output: () => output }
}

async function untilReady(
  child: ChildProcess,
  isReady: () => Promise<boolean> | boolean,
  describe: () => string,
): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`ended before it was ready: ${describe()}`)
    if (performance.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`not ready in ${READY_TIMEOUT_MS} ms: ${describe()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function watchOver(child: ChildProcess): Daemon {
  const { pid } = child
  if (pid === undefined) throw new Error('a process that was spawned has an id')
  return {
    ...costsOf(pid),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(late)
    },
  }
}

/** `USER_HZ` of Linux on every architecture we run on (proc(5)). */
const TICKS_PER_SECOND = 100

function cpuSecondsOf(pid: number): number {
  const [utime, stime] = statFields(pid).slice(11, 13).map(Number)
  return ((utime ?? 0) + (stime ?? 0)) / TICKS_PER_SECOND
}

const PAGE_OCTETS = 4096

function residentBytesOf(pid: number): number {
  return Number(statFields(pid)[21] ?? 0) * PAGE_OCTETS
}

/** Fields of /proc/PID/stat from the state on (field 3): the name before may hold spaces. */
function statFields(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    return []
  }
}

/** Squid does its work in a child. */
function sumOverTree(root: number, measure: (pid: number) => number): number {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: Number(statFields(Number(name))[1] ?? 0) }))
  const family = new Set([root])
  for (let grown = true; grown;) {
    const before = family.size
    for (const { pid, parent } of parents) if (family.has(parent)) family.add(pid)
    grown = family.size > before
  }
  return [...family].reduce((sum, pid) => sum + measure(pid), 0)
}

/** A port that was free a moment ago, for programs that can't choose one themselves. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
