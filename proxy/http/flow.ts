/** What was let through: the host and path that were decided, re-decided when policy or time change. */
export interface Relayed {
  readonly host: string
  /** `''` for CONNECT, which shows none. */
  readonly path: string
  /** The host whose addresses it is connected to: `host`, or the safe host that stands in for it. */
  readonly at: string
}

/** What a client connection is busy with: an exchange with an origin, or a tunnel. */
export interface Flow extends Relayed {
  /** Takes bytes that the client sent; false while there is nowhere to put them. */
  readonly wantsBytes: boolean
  /** Offset just past what belongs to this flow; what follows is the client's next request. */
  clientData(chunk: Buffer): number
  clientDrained(): void
  /** The client has sent its FIN. */
  clientEnded(): void
  /** The client is gone; nobody is to be told. */
  abandon(): void
  /** Nothing has moved for as long as this kind of flow may rest. */
  expire(): void
}
