import { wireNameOf } from '../../../dns/wire/names.ts'
import { CLASS_IN, type TYPE_SOA } from '../../../dns/wire/numbers.ts'
import { nameAt, type WireMessage } from './read-message.ts'
import { FetchRefused } from '../fetch-limits.ts'

export const TYPE_AXFR = 252

/** What a primary is asked about its zone. */
export interface ZoneQuestion {
  readonly id: number
  readonly zone: string
  readonly type: typeof TYPE_SOA | typeof TYPE_AXFR
}

/** One question, recursion not desired (RFC 5936 section 2.1). */
export function questionMessage({ id, zone, type }: ZoneQuestion): Uint8Array {
  const header = Buffer.alloc(12)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(1, 4)
  return Buffer.concat([header, wireNameOf(zone), Buffer.from([0, type, 0, CLASS_IN])])
}

/**
 * Throws `FetchRefused` for what is no good answer. Later messages of a transfer may leave the question out (RFC
 * 5936 section 2.2.1); a question that is there is ours.
 */
export function checkAnswer(message: WireMessage, question: ZoneQuestion, isFirst: boolean): void {
  const { id, flags } = message
  if (id !== question.id || (flags & 0xf800) !== 0x8000)
    throw new FetchRefused('no answer to what was asked')
  const rcode = flags & 0x000f
  if (rcode !== 0)
    throw new FetchRefused(`the primary answers ${RCODES[rcode] ?? `RCODE ${rcode}`}`)
  if ((flags & 0x0200) !== 0) throw new FetchRefused('the primary cut its answer short (TC)')
  const isLeftOut = message.question.length === 0 && !isFirst
  if (!isLeftOut && !isSame(message, question))
    throw new FetchRefused('an answer to another question')
  if (isFirst && (flags & 0x0400) === 0)
    throw new FetchRefused('the server is no authority for the zone')
}

function isSame({ bytes, question }: WireMessage, { zone, type }: ZoneQuestion): boolean {
  if (question.length === 0) return false
  const name = nameAt(bytes, 12)
  const fixed = Buffer.from([0, type, 0, CLASS_IN])
  return (
    name !== null &&
    Buffer.compare(name, wireNameOf(zone)) === 0 &&
    Buffer.compare(question.subarray(-4), fixed) === 0
  )
}

const RCODES: Readonly<Record<number, string>> = {
  1: 'that it cannot read the query (FORMERR)',
  2: 'that it failed (SERVFAIL)',
  3: 'that there is no such zone (NXDOMAIN)',
  4: 'that it makes no transfers (NOTIMP)',
  5: 'that it refuses (REFUSED): the zone, this gate or a transfer without a key is not allowed',
  9: 'that it has not the zone, or not this key (NOTAUTH)',
}
