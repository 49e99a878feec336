/**
 * DNS messages out of a byte stream: each is preceded by its length in two octets (RFC 1035 section
 * 4.2.2), and the stream may be cut anywhere. Holds at most one message of at most `maxOctets` at a time.
 */
export class MessageReader {
  readonly #maxOctets: number
  #length = -1
  #highOctet = -1
  #message = EMPTY
  #filled = 0

  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets
  }

  /**
   * Calls `onMessage` for each message that `chunk` completes; the array is the callee's to keep. False
   * when a longer message is announced: the stream can't be read any further.
   */
  push(chunk: Uint8Array, onMessage: (message: Uint8Array) => void): boolean {
    let at = 0
    while (at < chunk.length) {
      if (this.#length < 0) {
        this.#takeLengthOctet(chunk[at] ?? 0)
        at += 1
        if (this.#length > this.#maxOctets) return false
      } else {
        const octets = Math.min(this.#length - this.#filled, chunk.length - at)
        this.#message.set(chunk.subarray(at, at + octets), this.#filled)
        this.#filled += octets
        at += octets
      }
      if (this.#filled === this.#length) this.#finish(onMessage)
    }
    return true
  }

  #takeLengthOctet(octet: number): void {
    if (this.#highOctet < 0) {
      this.#highOctet = octet
      return
    }
    this.#length = (this.#highOctet << 8) | octet
    this.#highOctet = -1
    this.#message = new Uint8Array(Math.min(this.#length, this.#maxOctets))
    this.#filled = 0
  }

  #finish(onMessage: (message: Uint8Array) => void): void {
    const message = this.#message
    this.#length = -1
    this.#filled = 0
    this.#message = EMPTY
    onMessage(message)
  }
}

const EMPTY = new Uint8Array(0)

/** A copy of `message` with its length before it: one write, so that one segment carries both. */
export function framed(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(message.length + 2)
  bytes[0] = message.length >>> 8
  bytes[1] = message.length
  bytes.set(message, 2)
  return bytes
}
