import type { Address } from '../../rules/addresses/ip-address.ts'
import type { TrustedRelays } from '../clients/relays/trusted-relays.ts'
import type { FlowMeter } from '../bandwidth/flow-meter.ts'
import type { Cell } from '../metrics/meter.ts'
import type { Page } from '../pages/page.ts'
import type { ClientConnection } from './client-connection.ts'
import type { Deadlines } from './deadlines.ts'
import type { ExchangeDeps, Failure } from './exchange.ts'
import type { Relayed } from './flow.ts'
import type { Log } from './http-config.ts'
import type { Judgement } from './judge.ts'
import type { Timeouts } from './limits.ts'
import type { RequestHead, TargetForms } from './request-head.ts'
import type { TunnelCells } from './tunnel.ts'

/** What all connections of one listener share. */
export interface ClientDeps extends ExchangeDeps {
  readonly forms: TargetForms
  readonly deadlines: Deadlines
  readonly timeouts: Timeouts
  readonly tunnelCells: TunnelCells
  readonly malformed: Cell
  /** Whose PROXY protocol headers are believed. */
  readonly relays: TrustedRelays
  readonly faults: Cell
  readonly log: Log
  judge(address: string, head: RequestHead): Judgement
  /** How fast what was let through may go. */
  meter(address: string, relayed: Relayed): FlowMeter
  /** The same for what goes on under another policy or in another window. */
  renewMeter(address: string, relayed: Relayed, meter: FlowMeter): void
  failurePage(address: string, head: RequestHead, failure: Failure): Page
  /** Whether the device may be connected to an address of the host (`dial.ts`). */
  mayReach(address: string, head: RequestHead, target: Address): boolean
  /** The listener stops: no connection is kept for another request. */
  isDraining(): boolean
  onClose(client: ClientConnection): void
}
