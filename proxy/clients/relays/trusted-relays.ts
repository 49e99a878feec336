import { BlockList, isIP } from 'node:net'
import type { Cell, Meter } from '../../metrics/meter.ts'
import { plainAddress } from '../zone-map.ts'

/** How a relay tells whose traffic it passes on. */
export type RelayKind = 'edns' | 'proxy_protocol'

/**
 * Who may say that a request is somebody else's: a load balancer or a server that forwards, by its own
 * address. What anybody else says is counted and believed in nothing.
 */
export class TrustedRelays {
  readonly #members = new BlockList()
  /** Nobody is trusted: what asks for it first costs nothing. */
  readonly isEmpty: boolean
  readonly taken: Cell
  /** From somebody who is no relay of ours. */
  readonly ignored: Cell
  readonly malformed: Cell
  /** It names no single address: a health check, a shortened client subnet. */
  readonly unnamed: Cell

  constructor(networks: readonly string[], kind: RelayKind, meter: Pick<Meter, 'counter'>) {
    this.isEmpty = networks.length === 0
    for (const network of networks) {
      const [address = '', length = ''] = network.split('/')
      this.#members.addSubnet(address, Number(length), isIP(address) === 6 ? 'ipv6' : 'ipv4')
    }
    const cell = (outcome: string): Cell =>
      meter.counter('schoolgate_relayed_total', { kind, outcome })
    this.taken = cell('taken')
    this.ignored = cell('ignored')
    this.malformed = cell('malformed')
    this.unnamed = cell('unnamed')
  }

  has(address: string): boolean {
    const plain = plainAddress(address)
    const family = isIP(plain)
    if (this.isEmpty || family === 0) return false
    return this.#members.check(plain, family === 6 ? 'ipv6' : 'ipv4')
  }
}
