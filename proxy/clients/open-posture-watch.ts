import { PostureStore } from '../../records/posture/posture-store.ts'
import type { RegisterView } from '../../records/register/register-view.ts'
import type { Fleet } from '../fleet.ts'
import type { GateOptions } from '../gate-options.ts'
import type { RevisionStatus } from '../policy/revision-status.ts'
import { PostureWatch } from './posture-watch.ts'

/** A failing device is held back within five seconds of its report (issue 5); this is a tenth of that. */
const LOOK_MS = 500

/** What the gate shows of its devices' postures. */
export interface KeptPostures {
  standings(): ReadonlyMap<string, number>
  outcomes(): Readonly<Record<string, number>>
}

/**
 * The watch over what devices report, telling the data threads; once before they start, so that no device
 * is judged by what the register says while its agent says otherwise.
 */
export function openPostureWatch(
  gate: {
    /** The records directory. */
    readonly records: string
    readonly view: RegisterView
    readonly status: Pick<RevisionStatus, 'bundle'>
    readonly fleet: Pick<Fleet, 'changePostures'>
  } & Pick<GateOptions, 'clockOffsetMs' | 'log'>,
  open: AsyncDisposableStack,
): KeptPostures {
  const store = open.use(PostureStore.open(gate.records))
  const watch = new PostureWatch({
    store,
    register: () => gate.view.current(),
    rules: () => gate.status.bundle.policy.posture,
    clock: () => Date.now() + gate.clockOffsetMs,
  })
  gate.fleet.changePostures(watch.look())
  let trouble = ''
  const looking = setInterval(() => {
    try {
      gate.fleet.changePostures(watch.look())
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
  return { standings: () => watch.standings(), outcomes: () => store.outcomes() }
}
