/**
 * Puts a TCP stream's chunks together to DNS messages, each behind its length (RFC 1035 section 4.2.2).
 * Holds no more than one message and one chunk, and copies none twice however small the chunks are.
 */
export class MessageFrames {
  #chunks: Uint8Array[] = []
  #octets = 0
  /** Octets that have to be there before another look is worth it. */
  #needed = 2

  /** The messages that are whole with this chunk; they may share its memory. */
  take(chunk: Uint8Array): Uint8Array[] {
    this.#chunks.push(chunk)
    this.#octets += chunk.length
    if (this.#octets < this.#needed) return []
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const messages: Uint8Array[] = []
    let at = 0
    for (;;) {
      const isLengthThere = at + 2 <= bytes.length
      const length = isLengthThere ? ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0) : 0
      this.#needed = 2 + length
      if (!isLengthThere || at + this.#needed > bytes.length) break
      messages.push(bytes.subarray(at + 2, at + this.#needed))
      at += this.#needed
    }
    this.#chunks = [bytes.subarray(at)]
    this.#octets = bytes.length - at
    return messages
  }
}

/** The message with its length in front. */
export function framed(message: Uint8Array): Uint8Array {
  return Uint8Array.from([message.length >> 8, message.length & 0xff, ...message])
}
