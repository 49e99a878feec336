import { openSigningKey } from '../records/ledger/checkpoint-key.ts'
import { createCheckpointer } from '../records/ledger/checkpointer.ts'
import { LedgerBroken, type Ledger } from '../records/ledger/ledger.ts'
import type { RegisterView } from '../records/register/register-view.ts'

/** Both steps know by themselves when they are due; a minute late is early enough for either. */
const TICK_MS = 60_000

export interface LedgerKeeping {
  readonly ledger: Ledger
  readonly view: RegisterView
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** Where the node's signing key lies. */
  readonly directory: string
  readonly log: { error(details: object, message: string): void }
  /** Hears each time that the ledger is found not to verify, and why. */
  readonly onBroken?: (message: string) => void
}

/**
 * Signs checkpoints and keeps snapshots while the gate runs, and once more when it stops. A ledger that
 * no longer verifies is alarmed and not signed; the gate goes on with the register that it has.
 */
export function keepLedger({ ledger, view, clock, directory, log, onBroken }: LedgerKeeping): {
  stop(): void
} {
  const checkpointer = createCheckpointer(ledger, openSigningKey(directory), clock)
  const attempt = (step: () => void): void => {
    try {
      step()
    } catch (cause) {
      log.error({ err: cause }, 'the ledger could not be signed')
      if (cause instanceof LedgerBroken) onBroken?.(cause.message)
    }
  }
  const ticking = setInterval(() => {
    attempt(() => {
      checkpointer.tick()
    })
    attempt(() => {
      view.tick()
    })
  }, TICK_MS)
  return {
    stop: () => {
      clearInterval(ticking)
      attempt(() => {
        view.keep()
      })
      attempt(() => {
        checkpointer.stop()
      })
    },
  }
}
