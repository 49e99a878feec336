import { skipName, wireNameOf } from '../../../dns/wire/names.ts'
import { CLASS_IN, TYPE_SOA } from '../../../dns/wire/numbers.ts'
import { FetchRefused } from '../fetch-limits.ts'
import { nameAt, readMessage, type WireMessage, type WireRecord } from './read-message.ts'
import { recordLine } from './record-line.ts'
import type { TsigStream } from './tsig.ts'
import { checkAnswer, type ZoneQuestion } from './zone-question.ts'

/** Seven times the largest list that we know; what goes on beyond it goes on for ever. */
export const MAX_RECORDS = 20_000_000

/**
 * One transfer of a zone (RFC 5936 section 2.2), message by message: it begins and ends with the same SOA. Each message
 * has a record at least, so the bound on records is one on messages, too. Throws `FetchRefused` for a message
 * that does not belong in it; does no I/O.
 */
export class ZoneTransfer {
  readonly #question: ZoneQuestion
  readonly #apex: Uint8Array
  readonly #tsig: TsigStream | null
  readonly #maxRecords: number
  #records = 0
  #serial: number | null = null
  #isWhole = false

  constructor(question: ZoneQuestion, tsig: TsigStream | null, maxRecords = MAX_RECORDS) {
    this.#question = question
    this.#apex = wireNameOf(question.zone)
    this.#tsig = tsig
    this.#maxRecords = maxRecords
  }

  /** Lines of a zone file for the records of this message. */
  take(bytes: Uint8Array): string {
    const message = checked(bytes, { question: this.#question, tsig: this.#tsig }, this.#isFirst)
    if (message.answers.length === 0 || message.authorities > 0)
      throw new FetchRefused('a message of the transfer has no records, or has them elsewhere')
    const lines = message.answers.map((record) => this.#record(message, record))
    if (this.#isWhole) this.#tsig?.finish()
    return lines.join('')
  }

  /** The closing SOA has come, and all of it is signed where there is a key. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Of the zone as it was transferred. */
  get serial(): number {
    return this.#serial ?? 0
  }

  get #isFirst(): boolean {
    return this.#serial === null
  }

  #record({ bytes }: WireMessage, record: WireRecord): string {
    this.#records += 1
    if (this.#records > this.#maxRecords)
      throw new FetchRefused(`more than ${this.#maxRecords} records`)
    if (this.#isWhole) throw new FetchRefused('records behind the end of the zone')
    if (record.class !== CLASS_IN) throw new FetchRefused('a record of another class than IN')
    if (record.type === TYPE_SOA) return this.#boundary(bytes, record)
    if (this.#isFirst)
      throw new FetchRefused('the transfer does not begin with the SOA of the zone')
    const line = recordLine(bytes, record)
    if (line === null) throw new FetchRefused('a malformed record')
    return line
  }

  #boundary(bytes: Uint8Array, record: WireRecord): string {
    const serial = serialOf(bytes, record)
    if (serial === null || Buffer.compare(record.owner, this.#apex) !== 0)
      throw new FetchRefused('an SOA that is malformed or of another zone')
    if (this.#serial === null) {
      this.#serial = serial
      return recordLine(bytes, record) ?? ''
    }
    if (serial !== this.#serial)
      throw new FetchRefused('the transfer begins and ends with different serials')
    this.#isWhole = true
    return ''
  }
}

/** The serial that a primary says its zone has, from its one answer to an SOA query. Throws `FetchRefused`. */
export function serialIn(
  bytes: Uint8Array,
  question: ZoneQuestion,
  tsig: TsigStream | null,
): number {
  const message = checked(bytes, { question, tsig }, true)
  tsig?.finish()
  const apex = wireNameOf(question.zone)
  const soa = message.answers.find(
    ({ type, owner }) => type === TYPE_SOA && Buffer.compare(owner, apex) === 0,
  )
  const serial = soa === undefined ? null : serialOf(bytes, soa)
  if (serial === null) throw new FetchRefused('the primary names no SOA of the zone')
  return serial
}

interface Asked {
  readonly question: ZoneQuestion
  readonly tsig: TsigStream | null
}

/** What a signature says is looked at first: a refusal that says why our key failed is more help than its RCODE. */
function checked(bytes: Uint8Array, { question, tsig }: Asked, isFirst: boolean): WireMessage {
  const message = readMessage(bytes)
  if (message === null) throw new FetchRefused('a malformed message')
  // A refusal may come unsigned (RFC 8945 section 5.3); it lets nothing in.
  const isRefusal = message.tsig === null && (message.flags & 0x000f) !== 0
  if (!isRefusal) tsig?.take(message)
  checkAnswer(message, question, isFirst)
  return message
}

/** RFC 1035 section 3.3.13: two names, then five numbers, the serial first. */
function serialOf(bytes: Uint8Array, { dataAt, end }: WireRecord): number | null {
  const primaryEnd = endOfName(bytes, dataAt, end)
  const at = primaryEnd < 0 ? -1 : endOfName(bytes, primaryEnd, end)
  if (at < 0 || at + 20 !== end) return null
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0)
}

function endOfName(bytes: Uint8Array, at: number, end: number): number {
  return nameAt(bytes, at) === null ? -1 : skipName(bytes, at, end)
}
