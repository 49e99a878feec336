import { ChangeDesk, type PromisesBrokenBy } from '../records/governance/change-desk.ts'
import type { DirectionOf } from '../records/governance/judge-edit.ts'
import { localWriter, type LedgerWriter } from '../records/ledger/ledger-writer.ts'
import { openLedger, type Ledger } from '../records/ledger/ledger.ts'
import { LedgerSpine } from '../records/redis/ledger-spine.ts'
import { redisOf } from '../records/redis/site-redis.ts'
import { RegisterView } from '../records/register/register-view.ts'

export interface SiteDeskDeps {
  readonly directionOf: DirectionOf
  /** Gate time, epoch ms. */
  readonly now: () => number
  readonly err: (line: string) => void
  /** Where the school's configuration is known: what a policy would break. */
  readonly promisesBrokenBy?: PromisesBrokenBy
}

/** The desk over a gate's records: what a command changes goes where the gate's own changes go. */
export interface SiteDesk extends AsyncDisposable {
  readonly ledger: Ledger
  readonly view: RegisterView
  readonly desk: ChangeDesk
  /** For what no person decides: an agent that enrols. */
  readonly writer: LedgerWriter
}

/**
 * The desk of the gate that keeps its records in `directory`, beside the gate, too; `readOnly` for what only
 * looks. A text says why there is none. Throws `StoreRefused`; a folder without a ledger stays one.
 */
export async function openSiteDesk(
  directory: string,
  deps: SiteDeskDeps,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<SiteDesk | string> {
  // First as a reader, who makes no file: a slip in the folder's name must not found a ledger.
  openLedger(directory, { readOnly: true }).close()
  await using open = new AsyncDisposableStack()
  const ledger = openLedger(directory, { readOnly })
  open.defer(() => {
    ledger.close()
  })
  const site = ledger.site()
  if (site === null) return 'the ledger is empty: start the gate once'
  const writer = readOnly
    ? localWriter(ledger)
    : await openWriter(open, { ledger, site, directory, deps })
  const view = new RegisterView(ledger)
  const { directionOf, promisesBrokenBy } = deps
  const desk = new ChangeDesk({ site, ledger, writer, view, directionOf, promisesBrokenBy })
  const opened = open.move()
  return { ledger, view, desk, writer, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

interface Place {
  readonly ledger: Ledger
  readonly site: string
  readonly directory: string
  readonly deps: SiteDeskDeps
}

/** Connected, and of one mind with Redis, before the register is read: the change is made from what the site knows. */
async function openWriter(
  open: AsyncDisposableStack,
  { ledger, site, directory, deps: { now: clock, err: onAlarm } }: Place,
): Promise<LedgerWriter> {
  const redis = redisOf(directory)
  if (redis === null) return localWriter(ledger)
  const { address, gate } = redis
  const options = { address, site, gate: `${gate}-command`, ledger, clock, onAlarm }
  const spine = new LedgerSpine(options)
  open.defer(() => spine.stop())
  await spine.follow(() => undefined)
  return spine
}
