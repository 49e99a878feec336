import { PostureStore } from '../../records/posture/posture-store.ts'
import { readRedisAddress } from '../../records/redis/connect.ts'
import { POSTURE_KIND } from '../../records/posture/shared-report.ts'
import { SiteShared, type SharedCounts } from '../../records/presence/site-shared.ts'
import type { RegisterView } from '../../records/register/register-view.ts'
import type { Config } from '../config.ts'
import type { Fleet } from '../fleet.ts'
import type { GateOptions } from '../gate-options.ts'
import type { RevisionStatus } from '../policy/revision-status.ts'
import { PostureWatch, type PostureWatchParts } from './posture-watch.ts'
import { PostureSharer } from './share-postures.ts'

/** A failing device is held back within five seconds of its report (issue 5); this is a tenth of that. */
const LOOK_MS = 500

/** What the gate shows of its devices' postures. */
export interface KeptPostures {
  standings(): ReadonlyMap<string, number>
  outcomes(): Readonly<Record<string, number>>
  /** Sentences for `/readyz`; none when all is well. */
  problems(): readonly string[]
  /** Null for a school with one gate. */
  shared(): SharedCounts | null
}

type WatchedGate = {
  /** The records directory. */
  readonly records: string
  readonly view: RegisterView
  readonly status: Pick<RevisionStatus, 'bundle'>
  readonly fleet: Pick<Fleet, 'changePostures'>
  readonly config: Pick<Config, 'site' | 'gate'> & {
    readonly records: Pick<Config['records'], 'redis'>
  }
} & Pick<GateOptions, 'clockOffsetMs' | 'log'>

/**
 * The watch over what devices report, telling the data threads; once before they start, so that no device
 * is judged by what the register says while its agent says otherwise.
 */
export function openPostureWatch(gate: WatchedGate, open: AsyncDisposableStack): KeptPostures {
  const store = open.use(PostureStore.open(gate.records))
  const asked = {
    store,
    register: () => gate.view.current(),
    rules: () => gate.status.bundle.policy.posture,
    clock: () => Date.now() + gate.clockOffsetMs,
  }
  const watch = new PostureWatch(asked)
  const sharer = openSharer(gate, asked, open)
  gate.fleet.changePostures(watch.look())
  let trouble = ''
  const looking = setInterval(() => {
    try {
      gate.fleet.changePostures(watch.look())
      sharer?.look()
      trouble = ''
    } catch (cause) {
      // A full disk, a torn file: the threads go on with what they know, and it is said once.
      const problem = cause instanceof Error ? cause.message : String(cause)
      if (problem !== trouble) gate.log.error({ problem }, 'what devices report cannot be read')
      trouble = problem
    }
  }, LOOK_MS)
  open.defer(() => {
    clearInterval(looking)
  })
  return {
    standings: () => watch.standings(),
    outcomes: () => store.outcomes(),
    problems: () => sharer?.problems() ?? [],
    shared: () => sharer?.counts() ?? null,
  }
}

/** What devices report is told to the site's other gates where there is a Redis between them. */
function openSharer(
  { config, log, view }: WatchedGate,
  { store, rules, clock }: PostureWatchParts & { readonly store: PostureStore },
  open: AsyncDisposableStack,
): PostureSharer | null {
  const address = config.records.redis === null ? null : readRedisAddress(config.records.redis)
  if (address === null || typeof address === 'string') return null
  const { site, gate } = config
  const of = { address, site, gate, clock, log, kind: POSTURE_KIND }
  const sharer = new PostureSharer({
    ...{ store, gate, rules, register: () => view.current() },
    siteOf: (listener) => new SiteShared({ ...of, ...listener }),
  })
  sharer.start()
  open.defer(() => sharer.stop())
  return sharer
}
