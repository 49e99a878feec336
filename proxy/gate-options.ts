import type { Config } from './config.ts'
import type { FleetLog } from './fleet.ts'

/** What a gate is started with; everything outside `proxy/` comes in here. */
export interface GateOptions {
  readonly config: Config
  /** The folder that paths in the configuration are relative to. */
  readonly directory: string
  /** Added to the system's clock: `start --clock`. */
  readonly clockOffsetMs: number
  readonly version: string
  readonly log: FleetLog & { info(details: object, message: string): void }
}
