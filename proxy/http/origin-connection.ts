import type { Socket } from 'node:net'

/** Who uses an origin connection now. Told of its end exactly once, and of nothing after that. */
export interface OriginUser {
  originData(chunk: Buffer): void
  /** `clean`: the origin closed with a FIN, not with an error. */
  originEnded(clean: boolean): void
  originDrained(): void
}

/** A connection to an origin: one user at a time, or none while it lies in the pool. */
export class OriginConnection {
  readonly socket: Socket
  /** Exchanges begun on it. More than one: a sudden close may only mean that it had grown stale. */
  uses = 0
  /** It carries one client's login (NTLM, Negotiate) and must never serve another. */
  personal = false
  #user: OriginUser | null = null
  #ended = false

  /** `socket` has its error listener from here on; before, the dialer's. */
  constructor(socket: Socket, onFault: (fault: unknown) => void) {
    this.socket = socket
    const safely = (step: () => void): void => {
      try {
        step()
      } catch (fault) {
        this.destroy()
        onFault(fault)
      }
    }
    socket.on('error', () => undefined) // 'close' follows and tells the user.
    socket.on('data', (chunk: Buffer) => {
      try {
        if (this.#user === null) this.destroy()
        else this.#user.originData(chunk)
      } catch (fault) {
        this.destroy()
        onFault(fault)
      }
    })
    socket.on('drain', () => {
      safely(() => this.#user?.originDrained())
    })
    socket.on('end', () => {
      safely(() => {
        this.#end(true)
      })
    })
    socket.on('close', () => {
      safely(() => {
        this.#end(false)
      })
    })
  }

  get alive(): boolean {
    return !this.#ended && !this.socket.destroyed && this.socket.writable
  }

  use(user: OriginUser): void {
    this.uses += 1
    this.#user = user
  }

  /** From here on nobody hears of it; a byte or an end that comes now destroys it. */
  leave(): void {
    this.#user = null
  }

  destroy(): void {
    this.#user = null
    this.socket.destroy()
  }

  #end(clean: boolean): void {
    if (this.#ended) {
      // A tunnel learns of the close after the FIN too.
      if (!clean) this.#user?.originEnded(false)
      return
    }
    this.#ended = true
    if (this.#user === null) this.socket.destroy()
    else this.#user.originEnded(clean)
  }
}
