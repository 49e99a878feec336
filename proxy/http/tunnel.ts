import type { Socket } from 'node:net'
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
  #over = false

  constructor(target: Relayed, ends: TunnelEnds, cells: TunnelCells) {
    this.host = target.host
    this.path = target.path
    this.at = target.at
    this.#ends = ends
    this.#cells = cells
    ends.origin.use(this)
    cells.open.n += 1
  }

  clientData(chunk: Buffer): number {
    this.#ends.touch()
    this.#cells.up.n += chunk.length
    if (!this.#ends.origin.socket.write(chunk)) this.#ends.client.pause()
    return chunk.length
  }

  clientDrained(): void {
    this.#ends.origin.socket.resume()
  }

  clientEnded(): void {
    this.#ends.origin.socket.end()
  }

  originData(chunk: Buffer): void {
    this.#ends.touch()
    this.#cells.down.n += chunk.length
    if (!this.#ends.client.write(chunk)) this.#ends.origin.socket.pause()
  }

  originDrained(): void {
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
