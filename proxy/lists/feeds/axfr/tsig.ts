import { createHmac, timingSafeEqual } from 'node:crypto'
import { wireNameOf } from '../../../dns/wire/names.ts'
import { u16 } from '../../../dns/wire/question.ts'
import { FetchRefused } from '../fetch-limits.ts'
import { nameAt, TYPE_TSIG, type WireMessage, type WireRecord } from './read-message.ts'
import type { TsigKey } from './tsig-key.ts'

/** Seconds by which the two clocks may differ; what RFC 8945 section 10 recommends. */
const FUDGE_SECONDS = 300
/** RFC 8945 section 5.3.1: so many messages of a stream may go by before one is signed. */
const MAX_UNSIGNED = 99
const CLASS_ANY = 255

/** A signed query, and what its answer's signatures begin with. */
export interface SignedQuery {
  readonly message: Uint8Array
  readonly mac: Buffer
}

/** Signs a query without additional records (RFC 8945 section 4.3). `now` in epoch ms. */
export function signQuery(query: Uint8Array, key: TsigKey, now: number): SignedQuery {
  const time = Math.floor(now / 1000)
  const timers = numbers([time, 6], [FUDGE_SECONDS, 2])
  const name = wireNameOf(key.name)
  const algorithm = wireNameOf(key.algorithm)
  const mac = createHmac(key.hash, key.secret)
    .update(query)
    .update(Buffer.concat([name, numbers([CLASS_ANY, 2], [0, 4]), algorithm, timers]))
    .update(numbers([0, 2], [0, 2]))
    .digest()
  const id = u16(query, 0)
  const tail = Buffer.concat([mac, numbers([id, 2], [0, 2], [0, 2])])
  const data = Buffer.concat([algorithm, timers, numbers([mac.length, 2]), tail])
  const head = numbers([TYPE_TSIG, 2], [CLASS_ANY, 2], [0, 4], [data.length, 2])
  const message = Buffer.concat([query, name, head, data])
  message.writeUInt16BE(1, 10)
  return { message, mac }
}

/**
 * Verifies the messages that answer one signed query, in their order (RFC 8945 section 5.3.1): each
 * signature covers the one before and all messages since. The first and the last message bear one.
 */
export class TsigStream {
  readonly #key: TsigKey
  readonly #now: () => number
  #before: Buffer
  #unsigned: Uint8Array[] = []
  #isFirst = true

  constructor(key: TsigKey, queryMac: Buffer, now: () => number) {
    this.#key = key
    this.#before = queryMac
    this.#now = now
  }

  /** Throws `FetchRefused` for a message that breaks the chain. */
  take(message: WireMessage): void {
    if (message.tsig === null) this.#keep(message.bytes)
    else this.#verify(message, readSignature(message.bytes, message.tsig))
  }

  /** Called behind the last message: what is not signed by now never will be. */
  finish(): void {
    if (this.#isFirst || this.#unsigned.length > 0) throw unsigned()
  }

  #keep(bytes: Uint8Array): void {
    if (this.#isFirst || this.#unsigned.length >= MAX_UNSIGNED) throw unsigned()
    // The frame's memory is the socket's; it stays until a signature covers it.
    this.#unsigned.push(bytes)
  }

  #verify({ bytes, tsig }: WireMessage, signature: Signature | null): void {
    if (tsig === null || signature === null) throw new FetchRefused('a malformed signature (TSIG)')
    const { mac, error } = signature
    const isOurs =
      Buffer.compare(tsig.owner, wireNameOf(this.#key.name)) === 0 &&
      Buffer.compare(signature.algorithm, wireNameOf(this.#key.algorithm)) === 0
    if (error !== 0) throw new FetchRefused(ERRORS[error] ?? `the primary says TSIG error ${error}`)
    if (!isOurs) throw new FetchRefused('it is signed with another key than ours')
    const due = this.#macOf(bytes, tsig, signature)
    // A MAC that was cut short is not taken: we ask for none (RFC 8945 section 5.2.2.1).
    if (mac.length !== due.length || !timingSafeEqual(mac, due))
      throw new FetchRefused('its signature (TSIG) is wrong')
    if (Math.abs(this.#now() / 1000 - signature.time) > Math.min(signature.fudge, FUDGE_SECONDS))
      throw new FetchRefused('it was signed at another time: one of the two clocks is wrong')
    this.#before = due
    this.#unsigned = []
    this.#isFirst = false
  }

  #macOf(bytes: Uint8Array, { at, owner }: WireRecord, signature: Signature): Buffer {
    const hmac = createHmac(this.#key.hash, this.#key.secret)
    hmac.update(numbers([this.#before.length, 2])).update(this.#before)
    for (const message of this.#unsigned) hmac.update(message)
    // As it was before it was signed: the original id, and one additional record less.
    const bare = Buffer.from(bytes.subarray(0, at))
    bare.writeUInt16BE(signature.id, 0)
    bare.writeUInt16BE(bare.readUInt16BE(10) - 1, 10)
    hmac.update(bare)
    if (!this.#isFirst) return hmac.update(signature.timers).digest()
    hmac
      .update(owner)
      .update(numbers([CLASS_ANY, 2], [0, 4]))
      .update(signature.algorithm)
    return hmac.update(signature.timers).update(signature.errorAndOther).digest()
  }
}

function unsigned(): FetchRefused {
  return new FetchRefused('it is not signed, though the list has a key')
}

const ERRORS: Readonly<Record<number, string>> = {
  16: 'the primary finds our signature wrong: another secret (BADSIG)',
  17: 'the primary does not know our key (BADKEY)',
  18: 'the primary finds our clock wrong (BADTIME)',
  22: 'the primary wants a longer signature (BADTRUNC)',
}

interface Signature {
  readonly algorithm: Uint8Array
  /** Epoch seconds. */
  readonly time: number
  readonly fudge: number
  /** Time and fudge as they are signed. */
  readonly timers: Uint8Array
  readonly mac: Uint8Array
  readonly id: number
  readonly error: number
  readonly errorAndOther: Uint8Array
}

/** RFC 8945 section 4.2. */
function readSignature(bytes: Uint8Array, { dataAt, end }: WireRecord): Signature | null {
  const data = Buffer.from(bytes.subarray(dataAt, end))
  // The algorithm is never compressed: a pointer is malformed.
  const algorithm = lowerName(data)
  if (algorithm === null) return null
  const timersAt = algorithm.length
  if (timersAt + 10 > data.length) return null
  const macAt = timersAt + 10
  const idAt = macAt + data.readUInt16BE(timersAt + 8)
  if (idAt + 6 > data.length || idAt + 6 + data.readUInt16BE(idAt + 4) !== data.length) return null
  return {
    ...{ algorithm, time: data.readUIntBE(timersAt, 6), fudge: data.readUInt16BE(timersAt + 6) },
    timers: data.subarray(timersAt, timersAt + 8),
    mac: data.subarray(macAt, idAt),
    ...{ id: data.readUInt16BE(idAt), error: data.readUInt16BE(idAt + 2) },
    errorAndOther: data.subarray(idAt + 2),
  }
}

/** A pointer would go before offset 12 or back into the name: `nameAt` refuses the one, the length the other. */
function lowerName(data: Uint8Array): Uint8Array | null {
  let at = 0
  while (at < data.length && (data[at] ?? 0) !== 0) {
    if ((data[at] ?? 0) > 63) return null
    at += (data[at] ?? 0) + 1
  }
  return at < data.length ? nameAt(data, 0) : null
}

function numbers(...fields: readonly (readonly [value: number, octets: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([value, octets]) => {
      const field = Buffer.alloc(octets)
      field.writeUIntBE(value, 0, octets)
      return field
    }),
  )
}
