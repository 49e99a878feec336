import { directionOfDevice } from '../rules/direction/direction-of-device.ts'
import { directionOfPolicy } from '../rules/direction/direction-of-policy.ts'
import { dutiesOf } from './ledger-access.ts'
import { recordsOfConfig } from './read-school.ts'

const print =
  (stream: NodeJS.WriteStream) =>
  (line: string): void => {
    stream.write(`${line}\n`)
  }

/** What a command that works on a gate's records is handed: the real world, which its tests replace. */
export const STANDARD_DEPS = {
  resolveRecords: recordsOfConfig,
  directionOf: { policy: directionOfPolicy, device: directionOfDevice },
  dutiesOf,
  out: print(process.stdout),
  err: print(process.stderr),
  /** Epoch ms. A gate under `--clock` has another time; commands have the wall's. */
  now: Date.now,
  clock: Date.now,
} as const
