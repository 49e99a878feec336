import { StoreRefused } from '../../records/sqlite/open-database.ts'
import { PromiseLog } from '../../records/promises/promise-log.ts'
import type { Fleet } from '../fleet.ts'
import type { GateOptions } from '../gate-options.ts'
import type { GateWatch } from '../gate-watch.ts'
import type { RevisionStatus } from '../policy/revision-status.ts'
import { recordsDirectoryOf } from '../policy/school-files.ts'
import type { BoundEndpoints } from '../thread-messages.ts'
import { popularSites, type JudgedSchool, type PopularSites } from './popular-sites.ts'
import { PromiseWatch } from './promise-watch.ts'

export interface PromisingGate {
  readonly status: RevisionStatus
  readonly fleet: Pick<Fleet, 'standIn'>
  readonly watch: Pick<GateWatch, 'saw'>
  readonly bound: BoundEndpoints
}

/** The watch over a running gate's promises, with its evidence in the records directory. */
export function openPromiseWatch(
  { config, directory, clockOffsetMs, log }: GateOptions,
  { status, fleet, watch, bound }: PromisingGate,
  open: AsyncDisposableStack,
): PromiseWatch {
  const evidence = PromiseLog.open(recordsDirectoryOf(config, directory))
  open.defer(() => {
    evidence[Symbol.dispose]()
  })
  const promises = new PromiseWatch({
    bundle: () => status.bundle,
    standIn: (standIns) => fleet.standIn(standIns),
    dns: bound.dnsUdp,
    http: bound.http,
    clock: () => Date.now() + clockOffsetMs,
    note: (notes, run) => {
      evidence.note(notes, run)
    },
    popular: (school) => popularOf(school, { config, directory }),
    onTroubles: (troubles) => {
      watch.saw({ promises: troubles })
    },
    log,
  })
  const { firstAfterSeconds, everySeconds } = config.selfTest
  promises.start({ firstAfterMs: firstAfterSeconds * 1000, everyMs: everySeconds * 1000 })
  open.defer(() => promises.stop())
  return promises
}

/** A journal that can't be read says why in the result, and costs the other promises nothing. */
function popularOf(
  school: JudgedSchool,
  place: Pick<GateOptions, 'config' | 'directory'>,
): PopularSites | string {
  try {
    return popularSites(school, place)
  } catch (cause) {
    if (cause instanceof StoreRefused) return cause.message
    throw cause
  }
}
