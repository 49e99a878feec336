import { readdirSync, readFileSync } from 'node:fs'

/** What the machine did with a thread until now; Linux's own account, all zero elsewhere. */
export interface ThreadWait {
  /** Milliseconds that it had a core. */
  readonly ran: number
  /** Milliseconds that it could have gone on and had none; the wait that lasts is not in it. */
  readonly waited: number
  /** It has a core, or waits for one. */
  readonly isReady: boolean
}

const NOTHING: ThreadWait = { ran: 0, waited: 0, isReady: false }

/** How long the thread of this name (`new Worker(..., { name })`) in a process has waited for a core. */
export function waitsOf(name: string, pid = process.pid): () => ThreadWait {
  const task = taskNamed(name, pid)
  if (task === undefined) return () => NOTHING
  return () => {
    const [ran, waited] = readFileSync(`${task}/schedstat`, 'utf8').split(' ').map(Number)
    const stat = readFileSync(`${task}/stat`, 'utf8')
    const isReady = stat.slice(stat.lastIndexOf(')') + 2).startsWith('R')
    return { ran: (ran ?? 0) / 1e6, waited: (waited ?? 0) / 1e6, isReady }
  }
}

function taskNamed(name: string, pid: number): string | undefined {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((id) => `/proc/${pid}/task/${id}`)
      .find((task) => readFileSync(`${task}/comm`, 'utf8').trim() === name)
  } catch {
    return undefined
  }
}

/** A moment (epoch ms) at which something was said of a thread. */
export interface WaitSample extends ThreadWait {
  readonly at: number
}

/**
 * The last of these moments (oldest first) since which the thread has had `ms` in which the machine let it
 * go on; negative infinity where there is none.
 */
export function momentBefore(samples: readonly WaitSample[], ms: number): number {
  const last = samples.at(-1)
  if (last === undefined) return -Infinity
  // What it has run is the same as then, though it could have: it has waited all that while.
  const since = last.isReady ? samples.find(({ ran }) => ran === last.ran)?.at : undefined
  const lasting = last.at - (since ?? last.at)
  const found = samples.findLast(
    ({ at, waited }) => last.at - at - lasting - (last.waited - waited) >= ms,
  )
  return found?.at ?? -Infinity
}
