import type { RecordsHandle } from '../../records/open-records.ts'
import { UsageStore } from '../../records/usage/usage-store.ts'
import type { GateOptions } from '../gate-options.ts'
import type { Bundle } from '../policy/bundle.ts'
import { recordsDirectoryOf } from '../policy/school-files.ts'
import { DeviceTable, type DeviceTableStart } from './device-table.ts'
import { UsageKeeper } from './usage-keeper.ts'

const SWEEP_MS = 1_000

/** A restart forgets at most so much of what was used. */
const SAVE_MS = 60_000

interface UsageOrder {
  readonly start: { readonly devices: DeviceTableStart }
  readonly bundle: Pick<Bundle, 'policy'>
  /** Who tells of heavy talkers. */
  readonly handle: Pick<RecordsHandle, 'tellEvent'>
}

/** Keeps an eye on what devices use while the gate runs. Throws `StoreRefused`. */
export function openUsage(
  { config, directory, clockOffsetMs, log }: GateOptions,
  { start, bundle: { policy }, handle }: UsageOrder,
  open: AsyncDisposableStack,
): { readonly usage: UsageKeeper; readonly onMetered: UsageKeeper['metered'] } {
  const clock = (): number => Date.now() + clockOffsetMs
  const store = open.use(UsageStore.open(recordsDirectoryOf(config, directory)))
  const keeper = new UsageKeeper({
    ...{ table: new DeviceTable(start.devices), policy, usages: store.all(), clock },
    tellEvent: (kind, facts) => {
      handle.tellEvent(kind, facts)
    },
  })
  const save = (): void => {
    try {
      store.save(keeper.usages())
    } catch (cause) {
      // Rates and quotas hold on; a restart would only know less.
      log.warn({ err: cause }, 'what devices have used of their quotas could not be saved')
    }
  }
  const sweeping = setInterval(() => {
    keeper.sweep()
  }, SWEEP_MS)
  const saving = setInterval(save, SAVE_MS)
  open.defer(() => {
    clearInterval(sweeping)
    clearInterval(saving)
    keeper.sweep()
    save()
  })
  return { usage: keeper, onMetered: keeper.metered.bind(keeper) }
}
