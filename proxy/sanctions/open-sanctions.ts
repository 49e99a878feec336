import type { LedgerWriter } from '../../records/ledger/ledger-writer.ts'
import type { RecordsHandle } from '../../records/open-records.ts'
import type { Register } from '../../records/register/register.ts'
import type { RegisterView } from '../../records/register/register-view.ts'
import type { GateOptions } from '../gate-options.ts'
import type { RevisionStatus } from '../policy/revision-status.ts'
import { SanctionKeeper } from './sanction-keeper.ts'
import { TunnelWatch } from './tunnel-watch.ts'

interface SanctionsOrder {
  readonly handle: RecordsHandle
  readonly writer: LedgerWriter
  readonly view: RegisterView
  readonly status: Pick<RevisionStatus, 'bundle'>
}

/** Imposes what the policy says follows attempts to get round the filter, while the gate runs. */
export function openSanctions(
  { config, clockOffsetMs, log }: GateOptions,
  { handle, writer, view, status }: SanctionsOrder,
  open: AsyncDisposableStack,
): { readonly keeper: SanctionKeeper; readonly onLookups: TunnelWatch['note'] } {
  const common = {
    policy: () => status.bundle.policy,
    tellEvent: handle.tellEvent.bind(handle),
    clock: () => Date.now() + clockOffsetMs,
    log,
  }
  const register = (): Register => view.current()
  const keeper = new SanctionKeeper({ ...common, site: config.site, writer, register })
  const tunnels = new TunnelWatch({ ...common, keeper })
  handle.onBypass = (attempts) => {
    keeper.attempts(attempts)
  }
  open.defer(() => {
    handle.onBypass = () => undefined
    return keeper.idle()
  })
  return { keeper, onLookups: tunnels.note.bind(tunnels) }
}
