import { GateProcess } from '../../test/e2e/gate-process.ts'
import type { Endpoint } from '../../test/e2e/gate-process.ts'
import { costsOf } from './daemon.ts'
import type { Daemon } from './daemon.ts'

/** The gate as a load sees it: endpoints as `address:port`, as the peers have them. */
export interface GateUnderLoad extends Daemon {
  readonly dns: string
  readonly http: string
  readonly metrics: string
  /** Where its records are; removed by `discard`, not by `stop`. */
  readonly records: string
  discard(): Promise<void>
}

export interface GateLoadOptions {
  readonly upstream: string
  readonly connectPorts: readonly number[]
  readonly lists: readonly { readonly category: string; readonly file: string }[]
  /** Who everybody is: `subjects.default`. */
  readonly subject: Readonly<Record<string, string>>
}

/** Lets a load meet the lists and not the timetable: staff are allowed what no list forbids. */
export const STAFF = { role: 'staff', ownership: 'school' } as const

/** A Tuesday in term, in the middle of a lesson. */
export const LESSON_TIME = '2026-11-24T10:30:00Z'

/** The example school's gate on free ports, every address the same subject. */
export async function startGate(options: GateLoadOptions): Promise<GateUnderLoad> {
  const gate = await GateProcess.start({
    clock: LESSON_TIME,
    set: {
      // As shipped: one data thread for each core but one.
      threads: 0,
      'dns.upstreams': [options.upstream],
      'http.allowTargets': ['127.0.0.0/8'],
      'http.connectPorts': options.connectPorts,
      'lists.extra': options.lists,
      'subjects.default': options.subject,
    },
  })
  return {
    ...costsOf(gate.pid),
    dns: textOf(gate.dns),
    http: textOf(gate.http),
    metrics: textOf(gate.metrics),
    records: gate.records,
    stop: async () => {
      await gate.stop()
    },
    discard: () => gate[Symbol.asyncDispose](),
  }
}

function textOf({ host, port }: Endpoint): string {
  return `${host}:${port}`
}
