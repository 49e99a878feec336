import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Which cores have the journal and its Redis, and which DNS and those who ask; as `taskset -c` reads them. */
export interface Cores {
  readonly journal: string
  readonly dns: string
  readonly all: string
}

/** The last core for the journal; null on a machine with one, or without `taskset`. */
export function splitCores(): Cores | null {
  const count = availableParallelism()
  if (count < 2) return null
  try {
    execFileSync('taskset', ['-V'], { stdio: 'ignore' })
  } catch {
    return null
  }
  const last = count - 1
  return { journal: `${last}`, dns: last === 1 ? '0' : `0-${last - 1}`, all: `0-${last}` }
}

/**
 * What writes the journal, by the names that the gate gives its threads; V8's helpers with it, since data
 * threads leave nothing to collect: on the others' core the journal's garbage took a third of what it cost.
 */
const JOURNAL_THREADS: ReadonlySet<string> = new Set(['records', 'disk-sync', 'V8Worker'])

/** Gives the gate's journal a core of its own; threads that start later go with those that start them. */
export function pinGate(pid: number, cores: Cores): void {
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const name = readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim()
    pin(Number(thread), JOURNAL_THREADS.has(name) ? cores.journal : cores.dns)
  }
}

/** Binds a process with all its threads. */
export function pinProcess(pid: number, cores: string): void {
  execFileSync('taskset', ['-acp', cores, `${pid}`], { stdio: 'ignore' })
}

function pin(thread: number, cores: string): void {
  execFileSync('taskset', ['-cp', cores, `${thread}`], { stdio: 'ignore' })
}

/** A program with its arguments, to be run on the cores. */
export function onCores(
  program: string,
  args: readonly string[],
  cores: string | null,
): readonly [program: string, args: readonly string[]] {
  return cores === null ? [program, args] : ['taskset', ['-c', cores, program, ...args]]
}
