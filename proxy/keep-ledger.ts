import { openSigningKey } from '../records/ledger/checkpoint-key.ts'
import { createCheckpointer } from '../records/ledger/checkpointer.ts'
import { LedgerBroken, type Ledger } from '../records/ledger/ledger.ts'
import type { RegisterView } from '../records/register/register-view.ts'

/** Both steps know by themselves when they are due; a minute late is early enough for either. */
const TICK_MS = 60_000

const NOT_SIGNED = 'the ledger could not be signed'

/** Nothing is lost by it: the next start takes longer. */
const NOT_KEPT = 'no snapshot of the register could be kept'

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
 * Signs checkpoints and keeps snapshots while the gate runs (the first when it begins, where the ledger is long), and once more when it stops. A ledger that
 * no longer verifies is alarmed and not signed; the gate goes on with the register that it has.
 */
export function keepLedger({ ledger, view, clock, directory, log, onBroken }: LedgerKeeping): {
  stop(): void
} {
  const checkpointer = createCheckpointer(ledger, openSigningKey(directory), clock)
  const attempt = (what: string, step: () => void): void => {
    try {
      step()
    } catch (cause) {
      log.error({ err: cause }, what)
      if (cause instanceof LedgerBroken) onBroken?.(cause.message)
    }
  }
  // At once: a start that had to read a long ledger is not to be repeated when the gate is killed now.
  attempt(NOT_KEPT, () => {
    view.tick()
  })
  const ticking = setInterval(() => {
    attempt(NOT_SIGNED, () => {
      checkpointer.tick()
    })
    attempt(NOT_KEPT, () => {
      view.tick()
    })
  }, TICK_MS)
  return {
    stop: () => {
      clearInterval(ticking)
      attempt(NOT_KEPT, () => {
        view.keep()
      })
      attempt(NOT_SIGNED, () => {
        checkpointer.stop()
      })
    },
  }
}
