import type { Socket } from 'node:net'
import type { FlowMeter } from '../bandwidth/flow-meter.ts'
import type { Cell } from '../metrics/meter.ts'
import type { Flow, Relayed } from './flow.ts'
import type { OriginConnection, OriginUser } from './origin-connection.ts'

/** The client's side of a tunnel. */
export interface TunnelEnds {
  readonly client: Socket
  readonly origin: OriginConnection
  /** The tunnel is over on both sides. */
  closed(): void
  touch(): void
}

export interface TunnelCells {
  readonly open: Cell
  readonly up: Cell
  readonly down: Cell
}

interface TunnelParts {
  readonly cells: TunnelCells
  readonly meter: FlowMeter
}

/**
 * Bytes both ways between a client and an origin, each side read only as fast as the other takes
 * them. A FIN of one side is passed on and the other direction goes on (half-close); an error of one
 * side resets the other, so that a cut can't be taken for an end.
 */
export class Tunnel implements Flow, OriginUser {
  readonly wantsBytes = true
  readonly host: string
  readonly path: string
  readonly at: string
  readonly #ends: TunnelEnds
  readonly #cells: TunnelCells
  readonly #meter: FlowMeter
  #over = false

  constructor(target: Relayed, ends: TunnelEnds, more: TunnelParts) {
    const { cells, meter } = more
    this.host = target.host
    this.path = target.path
    this.at = target.at
    this.#ends = ends
    this.#cells = cells
    this.#meter = meter
    ends.origin.use(this)
    cells.open.n += 1
    meter.up.whenDue = () => {
      this.#ends.touch()
      if (!this.#over) this.originDrained()
    }
    meter.down.whenDue = () => {
      this.#ends.touch()
      if (!this.#over) this.clientDrained()
    }
    // A device in debt by its other connections does not begin one with a gift.
    if (!meter.down.mayBegin()) ends.origin.socket.pause()
  }

  clientData(chunk: Buffer): number {
    this.#ends.touch()
    this.#cells.up.n += chunk.length
    const goesOn = this.#meter.up.take(chunk.length)
    if (!this.#ends.origin.socket.write(chunk) || !goesOn) this.#ends.client.pause()
    return chunk.length
  }

  /** Each side goes on when neither the other side nor the device's rate holds it back. */
  clientDrained(): void {
    if (this.#meter.down.isWaiting || this.#ends.client.writableNeedDrain) return
    this.#ends.origin.socket.resume()
  }

  clientEnded(): void {
    this.#ends.origin.socket.end()
  }

  originData(chunk: Buffer): void {
    this.#ends.touch()
    this.#cells.down.n += chunk.length
    const goesOn = this.#meter.down.take(chunk.length)
    if (!this.#ends.client.write(chunk) || !goesOn) this.#ends.origin.socket.pause()
  }

  originDrained(): void {
    if (this.#meter.up.isWaiting || this.#ends.origin.socket.writableNeedDrain) return
    this.#ends.client.resume()
  }

  originEnded(clean: boolean): void {
    if (clean) {
      this.#ends.client.end()
      return
    }
    // After both FINs a close is only that. Before, the client must not see a clean end.
    if (!this.#ends.client.writableEnded) this.#ends.client.resetAndDestroy()
    else if (this.#ends.client.writableFinished) this.#ends.client.destroy()
    else this.#ends.client.destroySoon()
    this.abandon()
  }

  abandon(): void {
    if (this.#over) return
    this.#over = true
    this.#cells.open.n -= 1
    this.#ends.origin.destroy()
    this.#ends.closed()
  }

  expire(): void {
    this.#ends.client.destroy()
    this.abandon()
  }
}
